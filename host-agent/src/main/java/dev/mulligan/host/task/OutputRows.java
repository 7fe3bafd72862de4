package dev.mulligan.host.task;

import dev.mulligan.host.TaskId;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.result.ResultIterator;
import org.jdbi.v3.core.statement.PreparedBatch;

/**
 * Output in the table of events, a row for each chunk, and what of each task is kept. All bounds are in what chunks
 * cost, so they bound rows as well as bytes; what is dropped leaves one row for each call.
 */
final class OutputRows {
    private OutputRows() {}

    static void insert(Handle handle, TaskId task, Instant time, List<OutputChunk> chunks) {
        long sequence = EventRows.lastSequence(handle, task);
        long position = number(handle, "SELECT coalesce((SELECT printed FROM output WHERE task = ?), 0)", task.value());
        long cost = 0;
        PreparedBatch rows =
                handle.prepareBatch("INSERT INTO event (task, sequence, time, kind, body, call, stream, position,"
                        + " size, kept) VALUES (?, ?, ?, 'output', ?, ?, ?, ?, ?, 1)");
        for (OutputChunk chunk : chunks) {
            sequence++;
            int size = chunk.data().length;
            rows.add(
                    task.value(),
                    sequence,
                    time.toString(),
                    chunk.data(),
                    chunk.call(),
                    chunk.stream().name(),
                    position,
                    size);
            position += size;
            cost += OutputChunk.cost(size);
        }
        rows.execute();
        handle.execute(
                "INSERT INTO output (task, printed, kept) VALUES (?, ?, ?)"
                        + " ON CONFLICT (task) DO UPDATE SET printed = excluded.printed, kept = output.kept + excluded.kept",
                task.value(),
                position,
                cost);
        findOldest(handle, task);
    }

    private static void findOldest(Handle handle, TaskId task) {
        handle.execute(
                "UPDATE output SET oldest = (SELECT rowid FROM event WHERE event.task = output.task AND event.kept = 1"
                        + " ORDER BY sequence LIMIT 1) WHERE task = ?",
                task.value());
    }

    /** What all that is kept costs. */
    static long kept(Handle handle) {
        return number(handle, "SELECT coalesce(sum(kept), 0) FROM output WHERE kept > 0");
    }

    /** The task whose kept output began first, but for one. */
    static Optional<TaskId> oldestKept(Handle handle, TaskId except) {
        return handle.createQuery("SELECT task FROM output WHERE kept > 0 AND task <> ? ORDER BY oldest LIMIT 1")
                .bind(0, except.value())
                .mapTo(String.class)
                .findOne()
                .map(TaskId::new);
    }

    /** Drops the oldest output of the task until the rest costs no more than that. */
    static void keep(Handle handle, TaskId task, long most) {
        long kept = number(handle, "SELECT coalesce((SELECT kept FROM output WHERE task = ?), 0)", task.value());
        if (kept <= most) {
            return;
        }
        Map<Integer, Dropped> calls = new LinkedHashMap<>();
        long rest = kept;
        try (ResultIterator<Kept> oldest = oldest(handle, task)) {
            while (rest > most && oldest.hasNext()) {
                Kept row = oldest.next();
                rest -= OutputChunk.cost(row.size());
                calls.merge(row.call(), new Dropped(row.sequence(), row.size()), Dropped::and);
            }
        }
        calls.forEach((call, dropped) -> drop(handle, task, call, dropped));
        handle.execute("UPDATE output SET kept = ? WHERE task = ?", rest, task.value());
        findOldest(handle, task);
    }

    private record Kept(long sequence, int call, int size) {}

    private static ResultIterator<Kept> oldest(Handle handle, TaskId task) {
        return handle.createQuery(
                        "SELECT sequence, call, size FROM event WHERE task = ? AND kept = 1 ORDER BY sequence")
                .bind(0, task.value())
                .map((row, context) -> new Kept(row.getLong("sequence"), row.getInt("call"), row.getInt("size")))
                .iterator();
    }

    private record Dropped(long last, long bytes) {
        Dropped and(Dropped later) {
            return new Dropped(later.last, bytes + later.bytes);
        }
    }

    /** Nothing but output has a sequence between those of one call's output. */
    private static void drop(Handle handle, TaskId task, int call, Dropped dropped) {
        long before = number(
                handle,
                "SELECT coalesce(sum(size), 0) FROM event WHERE task = ? AND call = ? AND kept = 0",
                task.value(),
                call);
        long bytes = before + dropped.bytes();
        handle.execute(
                "UPDATE event SET body = x'', kept = 0, position = position + size - ?, size = ?"
                        + " WHERE task = ? AND sequence = ?",
                bytes,
                bytes,
                task.value(),
                dropped.last());
        handle.execute(
                "DELETE FROM event WHERE task = ? AND sequence < ? AND call = ?", task.value(), dropped.last(), call);
    }

    private static long number(Handle handle, String sql, Object... arguments) {
        return EventRows.number(handle, sql, arguments);
    }
}
