package dev.mulligan.host.cli;

import com.google.protobuf.Timestamp;
import java.time.Duration;
import java.util.Locale;

/** A length of time as people read it: {@code 85 ms}, {@code 1.4 s}, {@code 3 min 5 s}. */
record Elapsed(Duration duration) {
    static Elapsed of(com.google.protobuf.Duration duration) {
        return new Elapsed(Duration.ofSeconds(duration.getSeconds(), duration.getNanos()));
    }

    static Elapsed between(Timestamp start, Timestamp end) {
        return new Elapsed(
                Duration.ofSeconds(end.getSeconds() - start.getSeconds(), end.getNanos() - start.getNanos()));
    }

    @Override
    public String toString() {
        if (duration.toMillis() < 1000) {
            return duration.toMillis() + " ms";
        }
        if (duration.toSeconds() < 60) {
            return String.format(Locale.ROOT, "%.1f s", duration.toMillis() / 1000.0);
        }
        if (duration.toHours() < 1) {
            return duration.toMinutes() + " min " + duration.toSecondsPart() + " s";
        }
        return duration.toHours() + " h " + duration.toMinutesPart() + " min";
    }
}
