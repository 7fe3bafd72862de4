package dev.mulligan.host.sandbox;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

/** A clock that goes when told to. */
final class SettableClock extends Clock {
    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-05-04T03:02:01Z"));
    private final AtomicLong lived = new AtomicLong(Long.MAX_VALUE - 1_000);

    /** Everybody lives through it. */
    void pass(Duration time) {
        sleep(time);
        lived.addAndGet(time.toNanos());
    }

    /** Only the wall's clock goes on. */
    void sleep(Duration time) {
        now.updateAndGet(instant -> instant.plus(time));
    }

    /** As {@link System#nanoTime}. */
    long nanoTime() {
        return lived.get();
    }

    @Override
    public Instant instant() {
        return now.get();
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
