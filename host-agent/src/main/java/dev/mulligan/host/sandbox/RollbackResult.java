package dev.mulligan.host.sandbox;

import dev.mulligan.vm.Checkpoint;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What a rollback did.
 *
 * @param before the state before it, to take it back; empty if it was discarded
 * @param paths in the order asked for; empty for the whole machine
 */
public record RollbackResult(
        Checkpoint checkpoint, Optional<Checkpoint> before, List<RestoredPath> paths, Duration duration) {
    public RollbackResult {
        paths = List.copyOf(paths);
    }

    /** One path and what became of it. */
    public record RestoredPath(String path, Outcome outcome) {}

    /** See {@code mulligan.host.v1.RestoredPath.Outcome}. */
    public enum Outcome {
        REPLACED,
        REMOVED,
        ABSENT
    }
}
