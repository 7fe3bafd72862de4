package dev.mulligan.host.task;

import dev.mulligan.host.Actor;
import dev.mulligan.host.SandboxId;
import dev.mulligan.host.TaskId;
import dev.mulligan.host.ThreadName;
import dev.mulligan.host.store.Store;
import dev.mulligan.host.task.Tasks.TaskFilter;
import dev.mulligan.vm.CheckpointId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/**
 * The tasks and how far they got; each method is one durable step, after which the host agent may be killed. The state
 * of a task is what stands here, not what a thread remembers.
 */
final class TaskJournal {
    private final Store store;

    TaskJournal(Store store) {
        this.store = store;
    }

    void dispatched(TaskId id, TaskSpec spec, Actor actor, Optional<SandboxId> lane, Instant time) {
        store.write(handle -> {
            handle.createUpdate("""
                            INSERT INTO task (id, spec, actor, state, lane, created)
                            VALUES (:id, :spec, :actor, 'QUEUED', :lane, :time)
                            """)
                    .bind("id", id.value())
                    .bind("spec", SpecJson.write(spec))
                    .bind("actor", actor.name())
                    .bind("lane", lane.map(SandboxId::value).orElse(null))
                    .bind("time", time.toString())
                    .execute();
            spec.labels()
                    .forEach((key, value) -> handle.execute(
                            "INSERT INTO task_label SELECT ordinal, ?, ? FROM task WHERE id = ?",
                            key,
                            value,
                            id.value()));
            spec.lineage()
                    .thread()
                    .ifPresent(thread -> handle.execute(
                            "INSERT INTO task_thread (task, thread, ordinal) SELECT id, ?, ordinal FROM task WHERE id = ?",
                            thread.value(),
                            id.value()));
            return null;
        });
    }

    void started(TaskId id, Instant time) {
        update("UPDATE task SET state = 'RUNNING', started = ? WHERE id = ?", time.toString(), id.value());
    }

    void sandbox(TaskId id, SandboxId sandbox) {
        update("UPDATE task SET sandbox = ? WHERE id = ?", sandbox.value(), id.value());
    }

    void before(TaskId id, CheckpointId checkpoint) {
        update("UPDATE task SET checkpoint = ? WHERE id = ?", checkpoint.value(), id.value());
    }

    void ended(TaskId id, CallResult result) {
        update(
                "INSERT OR REPLACE INTO task_call SELECT ordinal, ?, ? FROM task WHERE id = ?",
                result.index(),
                ProgressJson.write(result).toString(),
                id.value());
    }

    /** How the task will end once its sandbox is settled. The first verdict stands. */
    void verdict(TaskId id, TaskState state, String reason) {
        update(
                "UPDATE task SET verdict = ?, reason = ? WHERE id = ? AND verdict IS NULL",
                state.name(),
                reason,
                id.value());
    }

    void ended(TaskId id, TaskState state, String reason, boolean rolledBack, Instant time) {
        update(
                "UPDATE task SET state = ?, reason = ?, rolled_back = ?, ended = ? WHERE id = ?",
                state.name(),
                reason,
                rolledBack,
                time.toString(),
                id.value());
    }

    private void update(String sql, Object... arguments) {
        store.write(handle -> handle.execute(sql, arguments));
    }

    Optional<TaskRecord> find(TaskId id) {
        return store.read(handle -> handle.createQuery(TaskRows.SELECT + " WHERE id = ?")
                .bind(0, id.value())
                .map(TaskRows.MAPPER)
                .findOne()
                .map(task -> TaskRows.withResults(handle, task)));
    }

    /** The one of a thread that was dispatched last. */
    Optional<TaskRecord> lastOf(ThreadName thread) {
        return store.read(handle -> handle.createQuery(
                        TaskRows.SELECT + " WHERE ordinal = (SELECT max(ordinal) FROM task_thread WHERE thread = ?)")
                .bind(0, thread.value())
                .map(TaskRows.MAPPER)
                .findOne());
    }

    /** All that have not ended, in dispatch order. */
    List<TaskRecord> unfinished() {
        return store.read(handle -> handle
                .createQuery(TaskRows.SELECT + " WHERE state IN ('QUEUED', 'RUNNING') ORDER BY ordinal")
                .map(TaskRows.MAPPER)
                .list()
                .stream()
                .map(task -> TaskRows.withResults(handle, task))
                .toList());
    }

    /** Newest first, those dispatched before that ordinal. */
    List<TaskRecord> list(TaskFilter filter, long before, int limit) {
        return store.read(handle -> list(handle, filter, before, limit));
    }

    private static List<TaskRecord> list(Handle handle, TaskFilter filter, long before, int limit) {
        return TaskRows.matching(handle, filter, before, limit).stream()
                .map(task -> TaskRows.withResults(handle, task))
                .toList();
    }
}
