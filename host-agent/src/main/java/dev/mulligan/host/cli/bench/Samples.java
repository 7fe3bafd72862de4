package dev.mulligan.host.cli.bench;

import java.time.Duration;
import java.util.List;

/**
 * Durations of one operation, repeated. Percentiles are by nearest rank, without interpolation: each is a run that
 * really happened.
 */
record Samples(List<Duration> durations) {
    Samples {
        if (durations.isEmpty()) {
            throw new IllegalArgumentException("durations: none (expected: 1 or more)");
        }
        durations = durations.stream().sorted().toList();
    }

    int count() {
        return durations.size();
    }

    /** The smallest sample that is at least as long as {@code percent} of them all; 0 &lt; percent ≤ 100. */
    Duration percentile(int percent) {
        if (percent < 1 || percent > 100) {
            throw new IllegalArgumentException("percent: " + percent + " (expected: 1 to 100)");
        }
        int rank = (int) Math.ceil(percent / 100.0 * durations.size());
        return durations.get(rank - 1);
    }
}
