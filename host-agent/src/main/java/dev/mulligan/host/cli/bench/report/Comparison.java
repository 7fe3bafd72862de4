package dev.mulligan.host.cli.bench.report;

import dev.mulligan.host.cli.bench.measure.Outcome;
import dev.mulligan.host.cli.bench.measure.Samples;
import dev.mulligan.host.cli.bench.report.FormerReport.FormerRow;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.StringJoiner;

/**
 * What changed since an earlier run, row by row.
 *
 * @param with when that run was
 * @param notCompared rows that only one of the two runs has measured
 */
public record Comparison(String with, List<Change> changes, List<String> notCompared) {
    public Comparison {
        changes = List.copyOf(changes);
        notCompared = List.copyOf(notCompared);
    }

    /** What a change is worth. */
    public enum Verdict {
        /** The intervals of the two medians ({@link Samples#medianInterval}) overlap: nothing is shown. */
        NOISE("noise"),
        FASTER("faster"),
        SLOWER("slower");

        private final String word;

        Verdict(String word) {
            this.word = word;
        }

        public String word() {
            return word;
        }
    }

    /**
     * One row in both runs.
     *
     * @param peerRatio median of the first peer now by its median before: how much the machine itself has changed;
     *     empty if it was not measured in both
     */
    public record Change(String id, Samples before, Samples now, Optional<Double> peerRatio) {
        /** Median now by median before. */
        public double ratio() {
            return (double) now.median().toNanos() / Math.max(1, before.median().toNanos());
        }

        public Verdict verdict() {
            if (before.medianInterval().overlaps(now.medianInterval())) {
                return Verdict.NOISE;
            }
            return now.median().compareTo(before.median()) < 0 ? Verdict.FASTER : Verdict.SLOWER;
        }
    }

    public static Comparison of(FormerReport before, Report now) {
        List<Change> changes = new ArrayList<>();
        Set<String> alone = new LinkedHashSet<>(before.rows().keySet());
        for (Outcome outcome : now.outcomes()) {
            FormerRow former = before.rows().get(outcome.id());
            if (former != null && outcome instanceof Outcome.Measured measured) {
                changes.add(change(former, measured));
                alone.remove(outcome.id());
            } else {
                alone.add(outcome.id());
            }
        }
        return new Comparison(before.time(), changes, List.copyOf(alone));
    }

    private static Change change(FormerRow former, Outcome.Measured now) {
        Optional<Double> peerRatio = now.measurement().peers().stream()
                .findFirst()
                .flatMap(peer -> Optional.ofNullable(former.peers().get(peer.name()))
                        .map(before -> quotient(peer.samples(), before)));
        return new Change(now.id(), former.ours(), now.measurement().ours(), peerRatio);
    }

    private static double quotient(Samples now, Samples before) {
        return (double) now.median().toNanos() / Math.max(1, before.median().toNanos());
    }

    /** For people; ends with a line feed. */
    public String table() {
        StringJoiner lines = new StringJoiner("\n", "", "\n");
        lines.add("Compared with the run of " + with + ":");
        lines.add("");
        lines.add("| row | p50 ms before | p50 ms now | ratio | | peer's ratio |");
        lines.add("|---|---|---|---|---|---|");
        for (Change change : changes) {
            lines.add("| " + change.id() + " | " + Millis.of(change.before().median()) + " | "
                    + Millis.of(change.now().median()) + " | " + Millis.ratio(change.ratio()) + " | "
                    + change.verdict().word() + " | "
                    + change.peerRatio().map(Millis::ratio).orElse("–") + " |");
        }
        if (!notCompared.isEmpty()) {
            lines.add("");
            lines.add("Measured in one of the two only: " + String.join(", ", notCompared));
        }
        return lines.toString();
    }
}
