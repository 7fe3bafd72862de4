package dev.mulligan.host.guest;

import java.time.Duration;

/** Pauses between attempts: the first one short, each twice the one before, up to a longest. */
record BackOff(Duration first, Duration longest) {
    /** The pause after so many attempts have failed, 1 for the first. */
    Duration after(int attempts) {
        long millis = first.toMillis() << Math.min(attempts - 1, 30);
        return Duration.ofMillis(Math.min(millis, longest.toMillis()));
    }
}
