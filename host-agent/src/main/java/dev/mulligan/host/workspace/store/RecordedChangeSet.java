package dev.mulligan.host.workspace.store;

import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import dev.mulligan.host.TaskId;
import dev.mulligan.host.workspace.RelativePath;
import dev.mulligan.host.workspace.Sha256;
import dev.mulligan.host.workspace.change.Change;
import dev.mulligan.host.workspace.change.ChangeSet;
import dev.mulligan.host.workspace.change.Refusal;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A change set as it is kept.
 *
 * @param folder absolute path on the host
 * @param manifest digest of the folder as it was packed
 * @param changes in the order of their paths
 */
public record RecordedChangeSet(
        ChangeSetId id,
        TaskId task,
        Path folder,
        Instant recorded,
        Sha256 manifest,
        List<RecordedChange> changes,
        List<Refusal> refusals) {
    public RecordedChangeSet {
        changes = List.copyOf(changes);
        refusals = List.copyOf(refusals);
    }

    /** Nobody has decided on any of it. */
    static RecordedChangeSet of(
            ChangeSetId id, TaskId task, Path folder, Instant recorded, Sha256 manifest, ChangeSet changes) {
        List<RecordedChange> pending = changes.changes().stream()
                .map(change -> new RecordedChange(
                        change,
                        ChangeState.PENDING,
                        Optional.ofNullable(changes.lookalikes().get(change.path()))))
                .toList();
        return new RecordedChangeSet(id, task, folder, recorded, manifest, pending, changes.refusals());
    }

    /** What is left of the change at that path; {@code NO_SUCH_FILE}. */
    Change changeAt(RelativePath path) {
        return changes.stream()
                .map(RecordedChange::change)
                .filter(change -> change.path().equals(path))
                .findFirst()
                .orElseThrow(() -> HostException.of(HostErrorCode.NO_SUCH_FILE, "path that the task did not change")
                        .value(path)
                        .expected("one of the " + changes.size() + " of the change set")
                        .build());
    }
}
