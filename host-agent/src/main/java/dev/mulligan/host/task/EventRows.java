package dev.mulligan.host.task;

import dev.mulligan.host.TaskId;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.mapper.RowMapper;
import org.jspecify.annotations.Nullable;

/** The table of events; {@link OutputRows} has the rest of the SQL about it. */
final class EventRows {
    private static final RowMapper<Row> MAPPER = (row, context) -> new Row(
            row.getLong("sequence"),
            Instant.parse(row.getString("time")),
            row.getString("kind"),
            row.getBytes("body"),
            row.getInt("call"),
            row.getString("stream"),
            row.getLong("position"),
            row.getLong("size"),
            row.getBoolean("kept"));

    private EventRows() {}

    /**
     * An event as it is kept.
     *
     * @param stream null but for output, as are {@code call} and what follows without meaning
     * @param position bytes of output before it
     * @param kept if not, it stands for all of the call's output that was dropped, and its sequence is the last of it
     */
    @SuppressWarnings("ArrayRecordComponent") // Between a row and an event: never compared.
    record Row(
            long sequence,
            Instant time,
            String kind,
            byte[] body,
            int call,
            @Nullable String stream,
            long position,
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

    static long lastSequence(Handle handle, TaskId task) {
        return number(handle, "SELECT coalesce(max(sequence), 0) FROM event WHERE task = ?", task.value());
    }

    static List<Row> from(Handle handle, TaskId task, long sequence, int limit) {
        return handle.createQuery("SELECT sequence, time, kind, body, call, stream, position, size, kept FROM event"
                        + " WHERE task = ? AND sequence >= ? ORDER BY sequence LIMIT ?")
                .bind(0, task.value())
                .bind(1, sequence)
                .bind(2, limit)
                .map(MAPPER)
                .list();
    }

    static long number(Handle handle, String sql, Object... arguments) {
        var query = handle.createQuery(sql);
        for (int i = 0; i < arguments.length; i++) {
            query.bind(i, arguments[i]);
        }
        return query.mapTo(Long.class).one();
    }
}
