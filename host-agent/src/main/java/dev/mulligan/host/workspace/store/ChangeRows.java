package dev.mulligan.host.workspace.store;

import com.google.protobuf.ByteString;
import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import dev.mulligan.host.TaskId;
import dev.mulligan.host.scope.Effect;
import dev.mulligan.host.scope.Ruling;
import dev.mulligan.host.workspace.RelativePath;
import dev.mulligan.host.workspace.Sha256;
import dev.mulligan.host.workspace.change.Change;
import dev.mulligan.host.workspace.change.Refusal;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;

/** The rows of change sets. */
final class ChangeRows {
    private ChangeRows() {}

    static void insert(Handle handle, RecordedChangeSet set) {
        handle.execute(
                "INSERT INTO change_set (id, task, folder, recorded, manifest) VALUES (?, ?, ?, ?, ?)",
                set.id().value(),
                set.task().value(),
                set.folder().toString(),
                set.recorded().toString(),
                set.manifest().hex());
        PreparedBatch changes = handle.prepareBatch(
                "INSERT INTO change (change_set, path, change, state, lookalike, effect, rule, reason)"
                        + " VALUES (?, ?, ?, ?, ?, ?, ?, ?)");
        for (RecordedChange one : set.changes()) {
            changes.add(
                    set.id().value(),
                    bytes(one.change().path()),
                    ChangeJson.write(one.change()),
                    one.state().name(),
                    one.lookalike().map(ChangeRows::bytes).orElse(null),
                    one.ruling().effect().name(),
                    one.ruling().rule(),
                    one.ruling().reason());
        }
        changes.execute();
        PreparedBatch refusals = handle.prepareBatch("INSERT INTO refusal (change_set, path, reason) VALUES (?, ?, ?)");
        for (Refusal refusal : set.refusals()) {
            refusals.add(set.id().value(), bytes(refusal.path()), refusal.reason());
        }
        refusals.execute();
    }

    static List<ChangeSetId> ofTask(Handle handle, TaskId task) {
        return handle.createQuery("SELECT id FROM change_set WHERE task = :task ORDER BY recorded, id")
                .bind("task", task.value())
                .map((row, _) -> new ChangeSetId(row.getString(1)))
                .list();
    }

    static RecordedChangeSet get(Handle handle, ChangeSetId id) {
        List<RecordedChange> changes = new ArrayList<>(handle.createQuery(
                        "SELECT path, coalesce(remainder, change), state, lookalike, effect, rule, reason FROM change"
                                + " WHERE change_set = :id")
                .bind("id", id.value())
                .map((row, _) -> new RecordedChange(
                        ChangeJson.read(path(row.getBytes(1)), row.getString(2)),
                        ChangeState.valueOf(row.getString(3)),
                        Optional.ofNullable(row.getBytes(4)).map(ChangeRows::path),
                        new Ruling(Effect.valueOf(row.getString(5)), row.getString(6), row.getString(7))))
                .list());
        changes.sort(Comparator.comparing(one -> one.change().path()));
        List<Refusal> refusals = handle.createQuery("SELECT path, reason FROM refusal WHERE change_set = :id")
                .bind("id", id.value())
                .map((row, _) -> new Refusal(path(row.getBytes(1)), row.getString(2)))
                .list();
        return handle.createQuery("SELECT task, folder, recorded, manifest FROM change_set WHERE id = :id")
                .bind("id", id.value())
                .map((row, _) -> new RecordedChangeSet(
                        id,
                        new TaskId(row.getString(1)),
                        Path.of(row.getString(2)),
                        Instant.parse(row.getString(3)),
                        Sha256.ofHex(row.getString(4)),
                        changes,
                        refusals))
                .findOne()
                .orElseThrow(() -> unknown(id));
    }

    /** What is left of the change at that path; {@code UNKNOWN_CHANGES}, {@code NO_SUCH_FILE}. */
    static FolderChange find(Handle handle, ChangeSetId id, RelativePath path) {
        Path folder = handle.createQuery("SELECT folder FROM change_set WHERE id = :id")
                .bind("id", id.value())
                .map((row, _) -> Path.of(row.getString(1)))
                .findOne()
                .orElseThrow(() -> unknown(id));
        return handle.createQuery(
                        "SELECT coalesce(remainder, change) FROM change WHERE change_set = :id AND path = :path")
                .bind("id", id.value())
                .bind("path", bytes(path))
                .map((row, _) -> new FolderChange(folder, ChangeJson.read(path, row.getString(1))))
                .findOne()
                .orElseThrow(() -> HostException.of(HostErrorCode.NO_SUCH_FILE, "path that the task did not change")
                        .value(path)
                        .expected("one of the change set")
                        .build());
    }

    private static HostException unknown(ChangeSetId id) {
        return HostException.of(HostErrorCode.UNKNOWN_CHANGES, "unknown change set")
                .value(id)
                .expected("one of a task that could write to a folder")
                .build();
    }

    /** Sets the state of changes, which are whole again with it. */
    static void setState(Handle handle, ChangeSetId id, Collection<RelativePath> paths, ChangeState state) {
        PreparedBatch batch =
                handle.prepareBatch("UPDATE change SET state = ?, remainder = NULL WHERE change_set = ? AND path = ?");
        for (RelativePath path : paths) {
            batch.add(state.name(), id.value(), bytes(path));
        }
        batch.execute();
    }

    /** They are taken back: pending and whole, until that is taken back itself. */
    static void undo(Handle handle, ChangeSetId id, Collection<RelativePath> paths) {
        each(
                handle,
                id,
                paths,
                "UPDATE change SET undone_state = state, undone_remainder = remainder, state = 'PENDING', remainder = NULL");
    }

    /** They are as they were before they were taken back. */
    static void redo(Handle handle, ChangeSetId id, Collection<RelativePath> paths) {
        each(
                handle,
                id,
                paths,
                "UPDATE change SET state = coalesce(undone_state, state), remainder = undone_remainder,"
                        + " undone_state = NULL, undone_remainder = NULL");
    }

    private static void each(Handle handle, ChangeSetId id, Collection<RelativePath> paths, String update) {
        PreparedBatch batch = handle.prepareBatch(update + " WHERE change_set = ? AND path = ?");
        for (RelativePath path : paths) {
            batch.add(id.value(), bytes(path));
        }
        batch.execute();
    }

    /** Some of a change is in the folder; the rest stays pending. */
    static void setRemainder(Handle handle, ChangeSetId id, Change rest) {
        handle.execute(
                "UPDATE change SET remainder = ? WHERE change_set = ? AND path = ?",
                ChangeJson.write(rest),
                id.value(),
                bytes(rest.path()));
    }

    /** Of a change set that may be forgotten. */
    static List<RelativePath> rejected(Handle handle, ChangeSetId id) {
        return handle.createQuery("SELECT path FROM change WHERE change_set = :id AND state = :state")
                .bind("id", id.value())
                .bind("state", ChangeState.REJECTED.name())
                .map((row, _) -> path(row.getBytes(1)))
                .list();
    }

    static void remove(Handle handle, ChangeSetId id) {
        handle.execute("DELETE FROM change_set WHERE id = ?", id.value());
    }

    private static byte[] bytes(RelativePath path) {
        return path.bytes().toByteArray();
    }

    private static RelativePath path(byte[] bytes) {
        return RelativePath.ofBytes(ByteString.copyFrom(bytes));
    }
}
