package dev.mulligan.host.sandbox;

import dev.mulligan.host.TaskId;
import dev.mulligan.vm.CheckpointId;
import java.util.List;
import java.util.Optional;

/**
 * Where to go back to.
 *
 * @param checkpoint empty: the newest full one for the machine, the newest of any kind for paths
 * @param paths empty: the whole machine; else absolute paths
 * @param discardCurrent take no checkpoint of the state before
 * @param task the task on whose behalf this happens: it may roll back although it holds the sandbox
 */
public record RollbackRequest(
        Optional<CheckpointId> checkpoint, List<String> paths, boolean discardCurrent, Optional<TaskId> task) {
    public RollbackRequest {
        paths = List.copyOf(paths);
    }
}
