package dev.mulligan.image.build;

import dev.mulligan.image.BuildEvent;
import dev.mulligan.image.BuildListener;

/**
 * A share of the whole build's progress, which can be shared out further: a step knows only that it is half done, and
 * what that means for the whole follows from the shares above it (as in Jib).
 *
 * <p>Safe for use by many threads; what is told never goes back.
 */
final class Allocation {

    private final Meter meter;
    private final String phase;
    private final double start;
    private final double share;
    private final int units;
    private int given;

    private Allocation(Meter meter, String phase, double start, double share, int units) {
        if (units < 1) {
            throw new IllegalArgumentException("units: " + units + " (expected: >= 1)");
        }
        this.meter = meter;
        this.phase = phase;
        this.start = start;
        this.share = share;
        this.units = units;
    }

    /** The whole, in so many units. */
    static Allocation whole(BuildListener listener, int units) {
        return new Allocation(new Meter(listener), "", 0, 1, units);
    }

    /**
     * The next units of this share.
     *
     * @param inner into how many units the new share is divided
     */
    synchronized Allocation next(String name, int count, int inner) {
        if (count < 1 || given + count > units) {
            throw new IllegalArgumentException(
                    name + ": " + count + " units (expected: 1 to " + (units - given) + ", the rest of " + units + ")");
        }
        double from = start + share * given / units;
        given += count;
        return new Allocation(meter, name, from, share * count / units, inner);
    }

    /** A share that is not divided further. */
    Allocation next(String name, int count) {
        return next(name, count, 1);
    }

    String phase() {
        return phase;
    }

    /** Tells that so much of this share is done. */
    void at(double fraction, String message) {
        meter.tell(phase, start + share * Math.clamp(fraction, 0, 1), message);
    }

    void log(String line) {
        meter.log(line);
    }

    /** One for the whole tree: keeps the events in order and the fraction from going back. */
    private static final class Meter {

        private final BuildListener listener;
        private double reached;

        Meter(BuildListener listener) {
            this.listener = listener;
        }

        synchronized void tell(String phase, double fraction, String message) {
            reached = Math.min(1, Math.max(reached, fraction));
            listener.accept(new BuildEvent.Progress(phase, reached, message));
        }

        synchronized void log(String line) {
            listener.accept(new BuildEvent.Log(line));
        }
    }
}
