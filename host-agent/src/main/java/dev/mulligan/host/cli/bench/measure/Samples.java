package dev.mulligan.host.cli.bench.measure;

import java.time.Duration;
import java.util.List;

/**
 * Durations of one operation, repeated. Percentiles are by nearest rank, without interpolation: each is a run that
 * really happened.
 *
 * @param durations one or more, in the order in which they were taken
 */
public record Samples(List<Duration> durations) {
    /** Of an interval that shall hold the true median in 95 of 100 cases, left out on either side. */
    private static final double TAIL = 0.025;

    public Samples {
        if (durations.isEmpty() || durations.size() > Contest.MOST_ROUNDS) {
            throw new IllegalArgumentException(
                    "durations: " + durations.size() + " (expected: 1 to " + Contest.MOST_ROUNDS + ")");
        }
        durations = List.copyOf(durations);
    }

    /** Two durations with everything between them. */
    public record Interval(Duration low, Duration high) {
        public boolean overlaps(Interval other) {
            return low.compareTo(other.high) <= 0 && other.low.compareTo(high) <= 0;
        }
    }

    public int count() {
        return durations.size();
    }

    public Duration median() {
        return percentile(50);
    }

    /** The smallest sample that at least {@code percent} of them all do not exceed; 1 to 100. */
    public Duration percentile(int percent) {
        if (percent < 1 || percent > 100) {
            throw new IllegalArgumentException("percent: " + percent + " (expected: 1 to 100)");
        }
        int rank = (int) Math.ceil(percent / 100.0 * count());
        return sorted().get(rank - 1);
    }

    /**
     * Where the true median lies with a confidence of at least 95 in 100, whatever the distribution: between two order
     * statistics (Conover, Practical Nonparametric Statistics, 3.2). Below six samples that is all of them.
     */
    public Interval medianInterval() {
        List<Duration> sorted = sorted();
        // How many samples may be dropped at each end: the binomial distribution of "below the median".
        double term = Math.pow(0.5, count());
        double below = term;
        int dropped = 0;
        while (below <= TAIL) {
            dropped++;
            term = term * (count() - dropped + 1) / dropped;
            below += term;
        }
        int edge = Math.max(0, dropped - 1);
        return new Interval(sorted.get(edge), sorted.get(count() - 1 - edge));
    }

    private List<Duration> sorted() {
        return durations.stream().sorted().toList();
    }
}
