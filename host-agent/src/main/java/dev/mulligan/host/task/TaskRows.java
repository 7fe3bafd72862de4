package dev.mulligan.host.task;

import dev.mulligan.host.Actor;
import dev.mulligan.host.SandboxId;
import dev.mulligan.host.TaskId;
import dev.mulligan.host.task.Tasks.TaskFilter;
import dev.mulligan.vm.CheckpointId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.mapper.RowMapper;
import org.jdbi.v3.core.statement.Query;

/** From rows of the journal to tasks. */
final class TaskRows {
    static final String SELECT = """
            SELECT ordinal, id, spec, actor, state, lane, sandbox, checkpoint, created, started, ended, verdict, reason,
                   rolled_back
            FROM task\
            """;

    static final RowMapper<TaskRecord> MAPPER = (row, context) -> new TaskRecord(
            row.getLong("ordinal"),
            new Task(
                    new TaskId(row.getString("id")),
                    SpecJson.read(row.getString("spec")),
                    new Actor(row.getString("actor")),
                    TaskState.valueOf(row.getString("state")),
                    text(row, "sandbox").map(SandboxId::new),
                    text(row, "checkpoint").map(CheckpointId::new),
                    Instant.parse(row.getString("created")),
                    text(row, "started").map(Instant::parse),
                    text(row, "ended").map(Instant::parse),
                    List.of(),
                    row.getString("reason"),
                    row.getBoolean("rolled_back")),
            text(row, "lane").map(SandboxId::new),
            text(row, "verdict").map(TaskState::valueOf));

    private TaskRows() {}

    private static Optional<String> text(ResultSet row, String column) throws SQLException {
        return Optional.ofNullable(row.getString(column));
    }

    static TaskRecord withResults(Handle handle, TaskRecord found) {
        List<CallResult> results = handle.createQuery("SELECT result FROM task_call WHERE task = ? ORDER BY position")
                .bind(0, found.ordinal())
                .mapTo(String.class)
                .map(text -> ProgressJson.readResult(Json.parse(text)))
                .list();
        Task task = found.task();
        return new TaskRecord(
                found.ordinal(),
                new Task(
                        task.id(),
                        task.spec(),
                        task.actor(),
                        task.state(),
                        task.sandbox(),
                        task.before(),
                        task.created(),
                        task.started(),
                        task.ended(),
                        results,
                        task.reason(),
                        task.rolledBack()),
                found.lane(),
                found.verdict());
    }

    static List<TaskRecord> matching(Handle handle, TaskFilter filter, long before, int limit) {
        List<String> conditions = new ArrayList<>(List.of("ordinal < :before"));
        if (!filter.states().isEmpty()) {
            conditions.add("state IN (<states>)");
        }
        filter.sandbox().ifPresent(ignored -> conditions.add("coalesce(sandbox, lane) = :sandbox"));
        filter.thread()
                .ifPresent(ignored ->
                        conditions.add("ordinal IN (SELECT ordinal FROM task_thread WHERE thread = :thread)"));
        List<Map.Entry<String, String>> labels = List.copyOf(filter.labels().entrySet());
        for (int i = 0; i < labels.size(); i++) {
            conditions.add("EXISTS (SELECT 1 FROM task_label WHERE task = ordinal AND key = :key" + i
                    + " AND value = :value" + i + ")");
        }
        Query query = handle.createQuery(
                        SELECT + " WHERE " + String.join(" AND ", conditions) + " ORDER BY ordinal DESC LIMIT :limit")
                .bind("before", before)
                .bind("limit", limit);
        if (!filter.states().isEmpty()) {
            query.bindList("states", filter.states().stream().map(Enum::name).toList());
        }
        filter.sandbox().ifPresent(sandbox -> query.bind("sandbox", sandbox.value()));
        filter.thread().ifPresent(thread -> query.bind("thread", thread.value()));
        for (int i = 0; i < labels.size(); i++) {
            query.bind("key" + i, labels.get(i).getKey())
                    .bind("value" + i, labels.get(i).getValue());
        }
        return query.map(MAPPER).list();
    }
}
