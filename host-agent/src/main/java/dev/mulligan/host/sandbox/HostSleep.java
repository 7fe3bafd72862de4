package dev.mulligan.host.sandbox;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Notices that the host slept, or that somebody set its clock: then the clock on the wall went on by another time than
 * the one that processes, and with them machines, lived through. For one thread.
 *
 * <p>Source: clock_gettime(2): CLOCK_MONOTONIC, which {@link System#nanoTime} reads, stands still while the system is
 * suspended.
 */
final class HostSleep {
    /** A clock that is only disciplined, as by NTP, moves by less in any time between two looks. */
    private static final Duration NOTICED = Duration.ofSeconds(1);

    private final InstantSource wall;
    private final LongSupplier nanoTime;
    private Instant lastWall;
    private long lastNanoTime;

    HostSleep(InstantSource wall, LongSupplier nanoTime) {
        this.wall = wall;
        this.nanoTime = nanoTime;
        this.lastWall = wall.instant();
        this.lastNanoTime = nanoTime.getAsLong();
    }

    /** By how much the wall clock jumped since the last look, backwards if negative; empty: it did not. */
    Optional<Duration> look() {
        Instant nowWall = wall.instant();
        long nowNanoTime = nanoTime.getAsLong();
        Duration jump = Duration.between(lastWall, nowWall).minusNanos(nowNanoTime - lastNanoTime);
        lastWall = nowWall;
        lastNanoTime = nowNanoTime;
        return jump.abs().compareTo(NOTICED) > 0 ? Optional.of(jump) : Optional.empty();
    }
}
