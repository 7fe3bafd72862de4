package dev.mulligan.host.task;

import dev.mulligan.host.Actor;
import dev.mulligan.host.SandboxId;
import dev.mulligan.host.TaskId;
import dev.mulligan.vm.CheckpointId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A task as it was at one moment.
 *
 * @param actor who dispatched it
 * @param sandbox where it runs or ran; empty while it waits
 * @param before the checkpoint "before" of this task; empty until there is one
 * @param results of the calls that have ended, in order
 * @param reason why it failed, was interrupted or cancelled; for people; empty otherwise
 * @param rolledBack the sandbox was rolled back to {@code before} at the end
 */
public record Task(
        TaskId id,
        TaskSpec spec,
        Actor actor,
        TaskState state,
        Optional<SandboxId> sandbox,
        Optional<CheckpointId> before,
        Instant created,
        Optional<Instant> started,
        Optional<Instant> ended,
        List<CallResult> results,
        String reason,
        boolean rolledBack) {
    public Task {
        results = List.copyOf(results);
    }
}
