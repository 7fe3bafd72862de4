package dev.mulligan.host.workspace.apply;

import com.google.protobuf.ByteString;
import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import dev.mulligan.host.TaskId;
import dev.mulligan.host.store.Store;
import dev.mulligan.host.workspace.RelativePath;
import dev.mulligan.host.workspace.Sha256;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;
import org.jspecify.annotations.Nullable;

/** What applies did, durable before they do it, until it is forgotten. Each method without a handle is one transaction. */
public final class UndoJournal {
    private static final String COLUMNS =
            "SELECT number, task, change_set, folder, staging, undoes, state, started, bytes, times FROM apply ";

    private final Store store;

    public UndoJournal(Store store) {
        this.store = store;
    }

    /** Does several things as one: the transaction of those that ask for one. */
    <T> T together(Store.Work<T> work) {
        return store.write(work);
    }

    /** Writes down what is going to happen, and returns its number. */
    long begin(Handle handle, JournalEntry entry, List<Step> steps) {
        long number = handle.createUpdate(
                        "INSERT INTO apply (task, change_set, folder, staging, undoes, state, started, bytes, times)"
                                + " VALUES (:task, :set, :folder, :staging, :undoes, :state, :started, :bytes, :times)")
                .bind("task", entry.task().value())
                .bind("set", entry.changeSet().orElse(null))
                .bind("folder", entry.folder().toString())
                .bind("staging", entry.staging())
                .bind("undoes", entry.undoes().orElse(null))
                .bind("state", entry.state().name())
                .bind("started", entry.started().toString())
                .bind("bytes", entry.bytes())
                .bind("times", PathStateJson.write(entry.times()))
                .executeAndReturnGeneratedKeys("number")
                .mapTo(Long.class)
                .one();
        insert(handle, number, steps);
        return number;
    }

    private static void insert(Handle handle, long number, List<Step> steps) {
        PreparedBatch batch = handle.prepareBatch(
                "INSERT INTO apply_step (apply, number, path, before, after) VALUES (?, ?, ?, ?, ?)");
        for (Step step : steps) {
            batch.add(
                    number,
                    step.number(),
                    step.path().bytes().toByteArray(),
                    PathStateJson.write(step.before()),
                    PathStateJson.write(step.after()));
        }
        batch.execute();
        Set<Sha256> contents = new HashSet<>();
        for (Step step : steps) {
            if (step.before() instanceof PathState.File file) {
                contents.add(file.digest());
            }
            if (step.after() instanceof PathState.File file) {
                contents.add(file.digest());
            }
        }
        ContentUses.add(handle, contents, user(number));
    }

    /** From here on paths may be changed. */
    void moving(Handle handle, long number) {
        setState(handle, number, ApplyState.MOVING);
    }

    /** It has happened. */
    void applied(Handle handle, JournalEntry entry, Set<RelativePath> paths) {
        handle.execute(
                "UPDATE apply SET times = ? WHERE number = ?", PathStateJson.write(entry.times()), entry.number());
        if (entry.undoes().isPresent()) {
            undone(handle, entry, paths);
        }
        setState(handle, entry.number(), ApplyState.APPLIED);
    }

    /** What took something back has been taken back: the first is in force again. */
    private static void undone(Handle handle, JournalEntry entry, Set<RelativePath> paths) {
        long undoes = entry.undoes().orElseThrow();
        PreparedBatch mark = handle.prepareBatch("UPDATE apply_step SET undone_by = ? WHERE apply = ? AND path = ?");
        PreparedBatch redo =
                handle.prepareBatch("UPDATE apply_step SET undone_by = NULL WHERE undone_by = ? AND path = ?");
        for (RelativePath path : paths) {
            byte[] bytes = path.bytes().toByteArray();
            mark.add(entry.number(), undoes, bytes);
            redo.add(undoes, bytes);
        }
        redo.execute();
        mark.execute();
    }

    void done(long number) {
        store.write(handle -> setState(handle, number, ApplyState.DONE));
    }

    /** It has been rolled back, but for some paths: what stood there is kept, so that it can be had again. */
    void rolledBack(long number, Set<RelativePath> left) {
        store.write(handle -> {
            int kept = 0;
            for (Step step : steps(handle, number, false)) {
                if (left.contains(step.path()) && !(step.before() instanceof PathState.Absent)) {
                    kept++;
                } else {
                    handle.execute("DELETE FROM apply_step WHERE apply = ? AND number = ?", number, step.number());
                }
            }
            return kept == 0 ? forget(handle, number) : setState(handle, number, ApplyState.DONE);
        });
    }

    /** Nothing of it can be had again. */
    public void forget(long number) {
        store.write(handle -> forget(handle, number));
    }

    private static int forget(Handle handle, long number) {
        ContentUses.drop(handle, user(number));
        return handle.execute("DELETE FROM apply WHERE number = ?", number);
    }

    /** All, the oldest first. */
    public List<JournalEntry> entries() {
        return store.read(handle -> handle.createQuery(COLUMNS + "ORDER BY number")
                .map((row, _) -> entry(row))
                .list());
    }

    /** One of them; {@code UNKNOWN_CHANGES}. */
    public JournalEntry entry(long number) {
        return store.read(handle -> handle.createQuery(COLUMNS + "WHERE number = :number")
                        .bind("number", number)
                        .map((row, _) -> entry(row))
                        .findOne())
                .orElseThrow(() -> HostException.of(HostErrorCode.UNKNOWN_CHANGES, "unknown apply")
                        .value(number)
                        .expected("one that is still in the undo journal")
                        .remedy(
                                "look which there are; the oldest are forgotten when there are many: 'undo' in config.yaml")
                        .build());
    }

    /** What it did, in the order of the paths. */
    public List<Step> steps(long number) {
        return store.read(handle -> steps(handle, number, false));
    }

    /** What it did and nothing has taken back. */
    public List<Step> stepsInForce(long number) {
        return store.read(handle -> steps(handle, number, true));
    }

    private static List<Step> steps(Handle handle, long number, boolean inForce) {
        return handle.createQuery("SELECT number, path, before, after FROM apply_step WHERE apply = :apply"
                        + (inForce ? " AND undone_by IS NULL" : "") + " ORDER BY number")
                .bind("apply", number)
                .map((row, _) -> new Step(
                        row.getInt(1),
                        RelativePath.ofBytes(ByteString.copyFrom(row.getBytes(2))),
                        PathStateJson.read(row.getString(3)),
                        PathStateJson.read(row.getString(4))))
                .list();
    }

    private static JournalEntry entry(ResultSet row) throws SQLException {
        @Nullable Object undoes = row.getObject(6);
        return new JournalEntry(
                row.getLong(1),
                new TaskId(row.getString(2)),
                Optional.ofNullable(row.getString(3)),
                Path.of(row.getString(4)),
                row.getString(5),
                undoes == null ? Optional.empty() : Optional.of(row.getLong(6)),
                ApplyState.valueOf(row.getString(7)),
                Instant.parse(row.getString(8)),
                row.getLong(9),
                PathStateJson.readTimes(row.getString(10)));
    }

    private static int setState(Handle handle, long number, ApplyState state) {
        return handle.execute("UPDATE apply SET state = ? WHERE number = ?", state.name(), number);
    }

    private static String user(long number) {
        return "apply:" + number;
    }
}
