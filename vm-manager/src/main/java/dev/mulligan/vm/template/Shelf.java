package dev.mulligan.vm.template;

import dev.mulligan.vm.Template;
import dev.mulligan.vm.Vm;
import dev.mulligan.vm.VmSpec;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/** The machines of one kind in a {@link WarmPool}, and what is known of their use. Guarded by the pool. */
final class Shelf {
    final Template template;
    final VmSpec shape;
    final Deque<Vm> ready = new ArrayDeque<>();
    private final PoolLimits limits;
    private final Deque<Instant> recent = new ArrayDeque<>();
    // The largest first, and each later than the one before: which one counts when those before it are forgotten.
    private final Deque<Peak> peaks = new ArrayDeque<>();
    private Optional<Integer> fixed = Optional.empty();
    private Instant lastUse;
    private Instant busySince;
    private Instant notBefore = Instant.MIN;
    // Another one of the same kind took over, and nobody asked for this one since.
    private boolean superseded;
    private long taken;
    private long missed;
    private long discarded;

    /** So many were taken at about the same time, the last of them then. */
    private record Peak(Instant time, int machines) {}

    Shelf(Template template, VmSpec shape, PoolLimits limits, Instant now) {
        this.template = template;
        this.shape = shape;
        this.limits = limits;
        this.lastUse = now;
        this.busySince = now;
    }

    /** Takes one, and learns from it. */
    Optional<Vm> take(Instant now) {
        used(now);
        Optional<Vm> vm = Optional.ofNullable(ready.poll());
        if (vm.isPresent()) {
            taken++;
        } else {
            missed++;
        }
        return vm;
    }

    private void used(Instant now) {
        if (isQuiet(now)) {
            busySince = now;
        }
        superseded = false;
        lastUse = now;
        recent.add(now);
        while (recent.size() > limits.most() || recent.getFirst().isBefore(now.minus(limits.burst()))) {
            recent.removeFirst();
            if (recent.isEmpty()) {
                return;
            }
        }
        while (!peaks.isEmpty() && peaks.getLast().machines() <= recent.size()) {
            peaks.removeLast();
        }
        peaks.add(new Peak(now, recent.size()));
    }

    void fix(Optional<Integer> machines, Instant now) {
        fixed = machines;
        superseded = false;
        lastUse = now;
    }

    /** One was of no use. */
    void discarded() {
        discarded++;
    }

    /** Another of the same kind takes over what was said of it and learned; what stands ready here is given up. */
    void giveWayTo(Shelf next) {
        next.fixed = fixed;
        next.peaks.addAll(peaks);
        superseded = true;
    }

    /** Another took over, and nothing stands ready here any more. */
    boolean isOver() {
        return superseded && ready.isEmpty();
    }

    /** After a failure: nothing is made until then. */
    void rest(Instant until) {
        notBefore = until;
    }

    /** How many shall stand ready: as many as was said, or were taken at once; none of a kind that nobody takes. */
    int wanted(Instant now) {
        int asked = fixed.orElseGet(() -> isIdle(now) ? 0 : learned(now));
        return superseded ? 0 : Math.min(limits.most(), asked);
    }

    /** As many as were taken at once, at most, within the time after which a kind counts as idle. */
    private int learned(Instant now) {
        while (!peaks.isEmpty() && peaks.getFirst().time().plus(limits.idle()).isBefore(now)) {
            peaks.removeFirst();
        }
        return peaks.isEmpty() ? 1 : peaks.getFirst().machines();
    }

    boolean isLacking(Instant now) {
        return ready.size() < wanted(now);
    }

    /** Whether one may be made now. */
    boolean isDue(Instant now) {
        return isLacking(now) && mayBeStocked(now) && !notBefore.isAfter(now);
    }

    private boolean isIdle(Instant now) {
        return fixed.isEmpty() && lastUse.plus(limits.idle()).isBefore(now);
    }

    /** Nobody takes any at the moment; or it goes on for so long that waiting for a pause would leave none at all. */
    private boolean mayBeStocked(Instant now) {
        return isQuiet(now) || busySince.plus(limits.burst()).isBefore(now);
    }

    private boolean isQuiet(Instant now) {
        return !lastUse.plus(limits.quiet()).isAfter(now);
    }

    WarmPool.State state(Instant now) {
        return new WarmPool.State(template.id(), ready.size(), wanted(now), taken, missed, discarded);
    }
}
