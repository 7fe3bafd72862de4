package dev.mulligan.host.sandbox;

import java.time.Duration;
import java.util.Optional;

/**
 * What happens to a sandbox that nobody uses; empty: never.
 *
 * @param pause from the last use
 * @param save from the pause
 * @param delete from the save
 */
public record IdleTimeouts(Optional<Duration> pause, Optional<Duration> save, Optional<Duration> delete) {
    /** Pause after 10 minutes, save after another hour, never delete. */
    public static final IdleTimeouts DEFAULT =
            new IdleTimeouts(Optional.of(Duration.ofMinutes(10)), Optional.of(Duration.ofHours(1)), Optional.empty());
}
