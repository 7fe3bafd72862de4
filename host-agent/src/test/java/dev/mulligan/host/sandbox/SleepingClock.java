package dev.mulligan.host.sandbox;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

/** The clock of a host before it sleeps and after: behind, and then right from one moment to the next. */
final class SleepingClock extends Clock {
    private volatile Duration behind = Duration.ZERO;

    void fallBehind(Duration time) {
        behind = time;
    }

    void wakeUp() {
        behind = Duration.ZERO;
    }

    @Override
    public Instant instant() {
        return Instant.now().minus(behind);
    }

    @Override
    public ZoneId getZone() {
        return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
        return this;
    }
}
