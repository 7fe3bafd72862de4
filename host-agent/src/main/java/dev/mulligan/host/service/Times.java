package dev.mulligan.host.service;

import com.google.protobuf.Duration;
import com.google.protobuf.Timestamp;
import java.time.Instant;
import java.util.Optional;

/** From protobuf's times to Java's and back. */
final class Times {
    private static final int NANOS_PER_SECOND = 1_000_000_000;
    /** Ten thousand years: what protobuf's own documentation of Duration allows. */
    private static final long MOST_SECONDS = 315_576_000_000L;
    /** 0001-01-01T00:00:00Z and 9999-12-31T23:59:59Z. */
    private static final long FIRST_SECOND = -62_135_596_800L;

    private static final long LAST_SECOND = 253_402_300_799L;

    private Times() {}

    static Timestamp timestamp(Instant instant) {
        return Timestamp.newBuilder()
                .setSeconds(instant.getEpochSecond())
                .setNanos(instant.getNano())
                .build();
    }

    static java.time.Duration duration(String field, Duration duration) {
        boolean inRange = Math.abs(duration.getSeconds()) <= MOST_SECONDS
                && Math.abs(duration.getNanos()) < NANOS_PER_SECOND
                && Long.signum(duration.getSeconds()) * Integer.signum(duration.getNanos()) >= 0;
        if (!inRange) {
            throw Field.invalid(field, duration.getSeconds() + " s", "a duration of protobuf", "");
        }
        return java.time.Duration.ofSeconds(duration.getSeconds(), duration.getNanos());
    }

    static Optional<Instant> instant(String field, boolean present, Timestamp timestamp) {
        if (!present) {
            return Optional.empty();
        }
        boolean inRange = timestamp.getSeconds() >= FIRST_SECOND
                && timestamp.getSeconds() <= LAST_SECOND
                && timestamp.getNanos() >= 0
                && timestamp.getNanos() < NANOS_PER_SECOND;
        if (!inRange) {
            throw Field.invalid(field, timestamp.getSeconds() + " s", "a time from year 1 to 9999", "");
        }
        return Optional.of(Instant.ofEpochSecond(timestamp.getSeconds(), timestamp.getNanos()));
    }
}
