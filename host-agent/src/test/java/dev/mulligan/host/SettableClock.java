package dev.mulligan.host;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

/** A clock that goes when told to. */
public final class SettableClock extends Clock {
    private final AtomicReference<Instant> now;
    private final AtomicLong lived = new AtomicLong(Long.MAX_VALUE - 1_000);

    public SettableClock() {
        this(Instant.parse("2026-05-04T03:02:01Z"));
    }

    public SettableClock(Instant begin) {
        this.now = new AtomicReference<>(begin);
    }

    /** Everybody lives through it. */
    public void pass(Duration time) {
        sleep(time);
        lived.addAndGet(time.toNanos());
    }

    /** Only the wall's clock goes on. */
    public void sleep(Duration time) {
        now.updateAndGet(instant -> instant.plus(time));
    }

    /** As {@link System#nanoTime}. */
    public long nanoTime() {
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
