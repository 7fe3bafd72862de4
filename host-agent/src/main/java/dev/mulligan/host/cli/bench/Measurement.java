package dev.mulligan.host.cli.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * What came out for one row.
 *
 * @param peer empty if there is none here, or it failed: {@code note} then says why
 */
record Measurement(Row row, Samples ours, Optional<Samples> peer, String note) {

    /** Median of ours by median of the peer's. */
    Optional<Double> ratio() {
        return peer.map(samples ->
                (double) ours.percentile(50).toNanos() / samples.percentile(50).toNanos());
    }

    /**
     * Runs a row: one warm-up of each, then ours and the peer's in turn (A B A B), so that a machine whose speed drifts
     * is unfair to neither. A peer that fails is left out, with the reason; ours failing fails the row.
     */
    static Measurement take(Row row, LongSupplier nanoClock, Consumer<String> progress) throws Exception {
        List<Duration> ours = new ArrayList<>();
        List<Duration> theirs = new ArrayList<>();
        Optional<Row.Peer> peer = row.peer();
        String note = "";
        for (int round = 0; round <= row.rounds(); round++) {
            progress.accept(round == 0 ? row.name() + ": warm-up" : row.name() + ": " + round + " of " + row.rounds());
            Duration mine = time(row.operation(), nanoClock);
            if (round > 0) {
                ours.add(mine);
            }
            if (peer.isPresent()) {
                try {
                    Duration other = time(peer.get().operation(), nanoClock);
                    if (round > 0) {
                        theirs.add(other);
                    }
                } catch (InterruptedException interrupted) {
                    throw interrupted;
                } catch (Exception failure) {
                    note = peer.get().name() + " left out: " + failure.getMessage();
                    peer = Optional.empty();
                    theirs.clear();
                }
            }
        }
        return new Measurement(
                row, new Samples(ours), theirs.isEmpty() ? Optional.empty() : Optional.of(new Samples(theirs)), note);
    }

    private static Duration time(Timed operation, LongSupplier nanoClock) throws Exception {
        operation.prepare();
        try {
            long start = nanoClock.getAsLong();
            operation.run();
            return Duration.ofNanos(nanoClock.getAsLong() - start);
        } finally {
            operation.tidy();
        }
    }
}
