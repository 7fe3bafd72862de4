package dev.mulligan.host.task;

import dev.mulligan.host.TaskId;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.mapper.RowMapper;
import org.jspecify.annotations.Nullable;

/** The table of events: the only SQL about it. */
final class EventRows {
    private static final RowMapper<Row> MAPPER = (row, context) -> new Row(
            row.getLong("sequence"),
            Instant.parse(row.getString("time")),
            row.getString("kind"),
            row.getBytes("body"),
            row.getInt("call"),
            row.getString("stream"),
            row.getLong("size"),
            row.getBoolean("kept"));

    private EventRows() {}

    /**
     * An event as it is kept.
     *
     * @param stream null but for output, as are {@code call}, {@code size} and {@code kept} without meaning
     */
    @SuppressWarnings("ArrayRecordComponent") // Between a row and an event: never compared.
    record Row(
            long sequence,
            Instant time,
            String kind,
            byte[] body,
            int call,
            @Nullable String stream,
            long size,
            boolean kept) {
        boolean output() {
            return stream != null;
        }

        String text() {
            return new String(body, StandardCharsets.UTF_8);
        }
    }

    static void insert(Handle handle, TaskId task, Instant time, EventBody body) {
        handle.execute(
                "INSERT INTO event (task, sequence, time, kind, body) VALUES (?, ?, ?, ?, ?)",
                task.value(),
                lastSequence(handle, task) + 1,
                time.toString(),
                EventBody.kind(body),
                EventBody.json(body).getBytes(StandardCharsets.UTF_8));
    }

    static void insert(Handle handle, TaskId task, Instant time, List<OutputChunk> chunks) {
        long sequence = lastSequence(handle, task);
        long position = printed(handle, task);
        for (OutputChunk chunk : chunks) {
            sequence++;
            handle.execute(
                    "INSERT INTO event (task, sequence, time, kind, body, call, stream, position, size, kept)"
                            + " VALUES (?, ?, ?, 'output', ?, ?, ?, ?, ?, 1)",
                    task.value(),
                    sequence,
                    time.toString(),
                    chunk.data(),
                    chunk.call(),
                    chunk.stream().name(),
                    position,
                    chunk.data().length);
            position += chunk.data().length;
        }
    }

    static long lastSequence(Handle handle, TaskId task) {
        return number(handle, "SELECT coalesce(max(sequence), 0) FROM event WHERE task = ?", task.value());
    }

    /** How much output there was, kept or not. */
    static long printed(Handle handle, TaskId task) {
        return number(
                handle,
                "SELECT coalesce((SELECT position + size FROM event WHERE task = ? AND position IS NOT NULL"
                        + " ORDER BY position DESC LIMIT 1), 0)",
                task.value());
    }

    /** Output before that position keeps its place and size, and loses its bytes. */
    static void drop(Handle handle, TaskId task, long before) {
        handle.execute(
                "UPDATE event SET body = x'', kept = 0 WHERE task = ? AND position < ? AND kept = 1",
                task.value(),
                before);
    }

    static long kept(Handle handle) {
        return number(handle, "SELECT coalesce(sum(size), 0) FROM event WHERE kept = 1");
    }

    /** The task whose kept output began first, but for one. */
    static Optional<TaskId> oldestKept(Handle handle, TaskId except) {
        return handle.createQuery("SELECT task FROM event WHERE kept = 1 AND task <> ? ORDER BY rowid LIMIT 1")
                .bind(0, except.value())
                .mapTo(String.class)
                .findOne()
                .map(TaskId::new);
    }

    static List<Row> from(Handle handle, TaskId task, long sequence, int limit) {
        return handle.createQuery("SELECT sequence, time, kind, body, call, stream, size, kept FROM event"
                        + " WHERE task = ? AND sequence >= ? ORDER BY sequence LIMIT ?")
                .bind(0, task.value())
                .bind(1, sequence)
                .bind(2, limit)
                .map(MAPPER)
                .list();
    }

    private static long number(Handle handle, String sql, Object... arguments) {
        var query = handle.createQuery(sql);
        for (int i = 0; i < arguments.length; i++) {
            query.bind(i, arguments[i]);
        }
        return query.mapTo(Long.class).one();
    }
}
