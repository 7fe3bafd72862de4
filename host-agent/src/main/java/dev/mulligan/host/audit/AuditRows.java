package dev.mulligan.host.audit;

import dev.mulligan.host.SandboxId;
import dev.mulligan.host.TaskId;
import dev.mulligan.host.ThreadName;
import dev.mulligan.host.audit.HeadFile.Head;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.mapper.RowMapper;
import org.jdbi.v3.core.statement.Query;

/** The table of the record: the only SQL about it. */
final class AuditRows {
    /** Rows that are read at once: a reader that is slow holds no transaction open. */
    static final int PAGE = 500;

    /** The details that hold a path, or a list of them. Each is looked for between commas, alone or with more behind. */
    private static final String NAMES_PATH = "EXISTS (SELECT 1 FROM json_each(entry, '$.details')"
            + " WHERE key IN ('path', 'source', 'target', 'paths')"
            + " AND (instr(', ' || value || ',', ', ' || :path || ',') OR instr(', ' || value, ', ' || :path || '/')))";

    private static final RowMapper<Row> ROW = (result, context) -> new Row(
            result.getLong("sequence"),
            result.getString("entry"),
            new EntryHash(result.getString("previous_hash")),
            new EntryHash(result.getString("hash")),
            result.getString("task"));

    private AuditRows() {}

    static Head head(Handle handle) {
        return handle.createQuery("SELECT sequence, hash FROM audit ORDER BY sequence DESC LIMIT 1")
                .map((result, context) -> new Head(result.getLong(1), new EntryHash(result.getString(2))))
                .findOne()
                .orElse(new Head(0, EntryHash.NONE));
    }

    static void insert(Handle handle, Row row) {
        handle.createUpdate("INSERT INTO audit (sequence, entry, previous_hash, hash) VALUES (?, ?, ?, ?)")
                .bind(0, row.sequence())
                .bind(1, row.entry())
                .bind(2, row.previousHash().hex())
                .bind(3, row.hash().hex())
                .execute();
    }

    static Optional<Row> at(Handle handle, long sequence) {
        return handle.createQuery("SELECT sequence, entry, previous_hash, hash, task FROM audit WHERE sequence = ?")
                .bind(0, sequence)
                .map(ROW)
                .findOne();
    }

    /** At most {@link #PAGE} that match, after that sequence. */
    static List<Row> matching(Handle handle, AuditQuery query, long after) {
        List<String> conditions = new ArrayList<>(List.of("sequence > :after"));
        query.task().ifPresent(ignored -> conditions.add("task = :task"));
        query.sandbox().ifPresent(ignored -> conditions.add("sandbox = :sandbox"));
        query.kind().ifPresent(ignored -> conditions.add("kind = :kind"));
        query.decision().ifPresent(ignored -> conditions.add("decision = :decision"));
        query.tool().ifPresent(ignored -> conditions.add("json_extract(entry, '$.tool') = :tool"));
        query.path().ifPresent(ignored -> conditions.add(NAMES_PATH));
        query.thread().ifPresent(ignored -> conditions.add("thread = :thread"));
        query.since().ifPresent(ignored -> conditions.add("time >= :since"));
        query.until().ifPresent(ignored -> conditions.add("time < :until"));
        Query sql = handle.createQuery("SELECT sequence, entry, previous_hash, hash, task FROM audit WHERE "
                        + String.join(" AND ", conditions) + " ORDER BY sequence LIMIT " + PAGE)
                .bind("after", after);
        query.task().map(TaskId::value).ifPresent(value -> sql.bind("task", value));
        query.sandbox().map(SandboxId::value).ifPresent(value -> sql.bind("sandbox", value));
        query.kind().ifPresent(value -> sql.bind("kind", value));
        query.decision().ifPresent(value -> sql.bind("decision", value));
        query.tool().ifPresent(value -> sql.bind("tool", value));
        query.path().ifPresent(value -> sql.bind("path", value));
        query.thread().map(ThreadName::value).ifPresent(value -> sql.bind("thread", value));
        query.since().map(EntryFormat::time).ifPresent(value -> sql.bind("since", value));
        query.until().map(EntryFormat::time).ifPresent(value -> sql.bind("until", value));
        return sql.map(ROW).list();
    }

    /** First and last sequence of the log, or of a task's entries; a range of nothing if there are none. */
    static Range rangeOf(Handle handle, Optional<TaskId> task) {
        Query sql = handle.createQuery("SELECT coalesce(min(sequence), 1), coalesce(max(sequence), 0) FROM audit"
                + (task.isPresent() ? " WHERE task = :task" : ""));
        task.ifPresent(id -> sql.bind("task", id.value()));
        return sql.map((result, context) -> new Range(result.getLong(1), result.getLong(2)))
                .one();
    }

    /** What stands before the first entry that is not older than that, and is not the newest; may be nothing. */
    static Range olderThan(Handle handle, Instant time) {
        return handle.createQuery("SELECT coalesce(min(sequence), 1),"
                        + " coalesce(min(CASE WHEN time >= :time THEN sequence END), max(sequence), 1) - 1 FROM audit")
                .bind("time", EntryFormat.time(time))
                .map((result, context) -> new Range(result.getLong(1), result.getLong(2)))
                .one();
    }

    record Range(long first, long last) {}

    /** An entry as it is stored; {@code task} is empty text where there is none. */
    record Row(long sequence, String entry, EntryHash previousHash, EntryHash hash, String task) {
        static Row after(Head head, String entry) {
            long sequence = head.sequence() + 1;
            EntryHash hash = EntryHash.of(EntryFormat.link(sequence, EntryHash.of(entry), head.hash()));
            return new Row(sequence, entry, head.hash(), hash, "");
        }

        Head head() {
            return new Head(sequence, hash);
        }

        AuditEntry toEntry() {
            return EntryFormat.parse(sequence, entry, previousHash, hash);
        }
    }
}
