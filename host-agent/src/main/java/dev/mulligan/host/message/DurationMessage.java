package dev.mulligan.host.message;

import com.google.protobuf.Duration;

/** Java's durations in protobuf's words. */
public final class DurationMessage {
    private static final int NANOS_PER_SECOND = 1_000_000_000;

    private DurationMessage() {}

    public static Duration of(java.time.Duration duration) {
        // Java's nanoseconds are never negative; protobuf's have the sign of the seconds.
        boolean borrow = duration.getSeconds() < 0 && duration.getNano() > 0;
        return Duration.newBuilder()
                .setSeconds(borrow ? duration.getSeconds() + 1 : duration.getSeconds())
                .setNanos(borrow ? duration.getNano() - NANOS_PER_SECOND : duration.getNano())
                .build();
    }
}
