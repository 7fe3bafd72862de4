package dev.mulligan.host.approval;

import dev.mulligan.host.Actor;
import dev.mulligan.host.TaskId;
import dev.mulligan.host.approval.Approval.Decided;
import dev.mulligan.host.scope.Tool;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.mapper.RowMapper;

/** The table of approvals: the only SQL about it. */
final class ApprovalRows {
    private static final String SELECT = "SELECT id, shown, asked, expires, answer, actor, decided FROM approval ";
    private static final RowMapper<Approval> MAPPER = (row, context) -> approval(row);

    private ApprovalRows() {}

    private static Approval approval(ResultSet row) throws SQLException {
        String shown = row.getString("shown");
        String answer = row.getString("answer");
        return new Approval(
                new ApprovalId(row.getString("id")),
                QuestionJson.read(shown),
                shown,
                QuestionJson.digest(shown),
                Instant.parse(row.getString("asked")),
                Optional.ofNullable(row.getString("expires")).map(Instant::parse),
                answer == null
                        ? Optional.empty()
                        : Optional.of(new Decided(
                                AnswerJson.read(answer),
                                new Actor(row.getString("actor")),
                                Instant.parse(row.getString("decided")))));
    }

    static void insert(Handle handle, Approval approval) {
        Question question = approval.question();
        Optional<CallQuestion> call = question instanceof CallQuestion about ? Optional.of(about) : Optional.empty();
        Optional<ChangesQuestion> changes =
                question instanceof ChangesQuestion about ? Optional.of(about) : Optional.empty();
        handle.createUpdate("""
                        INSERT INTO approval (id, task, position, tool, change_set, rule, shown, asked, expires)
                        VALUES (:id, :task, :position, :tool, :changeSet, :rule, :shown, :asked, :expires)
                        """)
                .bind("id", approval.id().value())
                .bind("task", question.task().value())
                .bind("position", call.map(CallQuestion::call).orElse(null))
                .bind("tool", call.map(about -> about.tool().name()).orElse(null))
                .bind(
                        "changeSet",
                        changes.map(about -> about.changeSet().value()).orElse(null))
                .bind("rule", question.rule())
                .bind("shown", approval.shown())
                .bind("asked", approval.asked().toString())
                .bind("expires", approval.expires().map(Instant::toString).orElse(null))
                .execute();
    }

    static void decide(Handle handle, ApprovalId id, Decided decided) {
        handle.execute(
                "UPDATE approval SET answer = ?, actor = ?, decided = ? WHERE id = ? AND answer IS NULL",
                AnswerJson.write(decided.answer()),
                decided.actor().name(),
                decided.time().toString(),
                id.value());
    }

    /** As if nobody had answered. */
    static void reopen(Handle handle, ApprovalId id) {
        handle.execute("UPDATE approval SET answer = NULL, actor = NULL, decided = NULL WHERE id = ?", id.value());
    }

    /** Of a call: its answer is being carried out. Of changes: it was. From now on it is not taken up again. */
    static void take(Handle handle, ApprovalId id) {
        handle.execute("UPDATE approval SET taken = 1 WHERE id = ?", id.value());
    }

    static Optional<Approval> find(Handle handle, ApprovalId id) {
        return handle.createQuery(SELECT + "WHERE id = ?")
                .bind(0, id.value())
                .map(MAPPER)
                .findOne();
    }

    /** Oldest first. */
    static List<Approval> list(Handle handle, Optional<TaskId> task, boolean openOnly) {
        return handle.createQuery(SELECT + "WHERE (:task IS NULL OR task = :task) AND (NOT :open OR answer IS NULL)"
                        + " ORDER BY ordinal")
                .bind("task", task.map(TaskId::value).orElse(null))
                .bind("open", openOnly)
                .map(MAPPER)
                .list();
    }

    /** Whose answer was perhaps not carried out to its end. */
    static List<Approval> cutOff(Handle handle) {
        return handle.createQuery(
                        SELECT + "WHERE change_set IS NOT NULL AND answer IS NOT NULL AND taken = 0 ORDER BY ordinal")
                .map(MAPPER)
                .list();
    }

    /** The call that the task waits for, or that was answered and has not begun. */
    static Optional<Approval> pending(Handle handle, TaskId task) {
        return handle.createQuery(
                        SELECT + "WHERE task = ? AND position IS NOT NULL AND taken = 0 ORDER BY ordinal DESC LIMIT 1")
                .bind(0, task.value())
                .map(MAPPER)
                .findOne();
    }

    /** The answers to what this rule asked about this tool in this task. */
    static List<Approval> answered(Handle handle, TaskId task, String rule, Tool tool) {
        return handle.createQuery(SELECT + "WHERE task = ? AND rule = ? AND tool = ? AND answer IS NOT NULL")
                .bind(0, task.value())
                .bind(1, rule)
                .bind(2, tool.name())
                .map(MAPPER)
                .list();
    }
}
