package dev.mulligan.host.task;

import dev.mulligan.host.Actor;
import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import dev.mulligan.host.SandboxId;
import dev.mulligan.host.TaskId;
import dev.mulligan.host.audit.AuditEvent;
import dev.mulligan.host.sandbox.RollbackRequest;
import dev.mulligan.host.sandbox.Sandbox;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends a task: journals the verdict, brings its sandbox to where the task wants it, records the end. Every step may be
 * done again, so a task whose host agent was killed on the way is settled by calling this once more.
 */
final class Settlement {
    /** On sandboxes that were created for a task: finds one whose creation the journal has not seen. */
    static final String TASK_LABEL = "mulligan.task";

    private static final Logger LOG = LoggerFactory.getLogger(Settlement.class);

    private final TaskParts parts;

    Settlement(TaskParts parts) {
        this.parts = parts;
    }

    /**
     * Settles the task; an earlier verdict in the journal stands.
     *
     * @throws HostException {@code AUDIT_UNAVAILABLE} or what the store says: it is not settled, try again
     */
    void settle(TaskId id, Verdict verdict, Actor actor) {
        parts.journal().verdict(id, verdict.state(), verdict.reason());
        TaskRecord record = parts.journal().find(id).orElseThrow();
        Task task = record.task();
        TaskState state = record.verdict().orElse(verdict.state());
        Settled settled = settleSandbox(record, state, verdict.disobedient(), actor);
        String reason = task.reason() + settled.note();
        AuditEvent event = AuditEvent.of("task.ended", actor)
                .withTask(id)
                .withDetails(Map.of(
                        "state",
                        state.name(),
                        "reason",
                        reason,
                        "rolled_back",
                        Boolean.toString(settled.rolledBack())));
        parts.audit().append(task.sandbox().map(event::withSandbox).orElse(event));
        parts.journal()
                .ended(id, state, reason, settled.rolledBack(), parts.clock().instant());
        parts.events()
                .append(
                        id,
                        new EventBody.State(
                                parts.journal().find(id).orElseThrow().task()));
        parts.events().trim(id);
    }

    private record Settled(boolean rolledBack, String note) {
        static final Settled AS_IT_IS = new Settled(false, "");
    }

    private Settled settleSandbox(TaskRecord record, TaskState state, boolean disobedient, Actor actor) {
        Task task = record.task();
        boolean succeeded = state == TaskState.SUCCEEDED;
        boolean rollback = !succeeded && task.spec().onFailure() == OnFailure.ROLLBACK;
        if (record.ownSandbox() && !task.spec().keepSandbox() && (succeeded || rollback)) {
            return delete(task, actor);
        }
        if (rollback && task.sandbox().isPresent() && task.before().isPresent()) {
            return rollBack(task, actor);
        }
        return disobedient && task.sandbox().isPresent() ? pause(task, actor) : Settled.AS_IT_IS;
    }

    private Settled delete(Task task, Actor actor) {
        StringBuilder note = new StringBuilder();
        for (SandboxId sandbox : own(task)) {
            step(task, "deleting the sandbox");
            try {
                parts.sandboxes().delete(sandbox, true, actor);
            } catch (HostException failure) {
                if (failure.code() != HostErrorCode.UNKNOWN_SANDBOX) {
                    note.append(note(task, "its sandbox could not be deleted", failure));
                }
            }
        }
        return new Settled(false, note.toString());
    }

    private Set<SandboxId> own(Task task) {
        Set<SandboxId> own = new LinkedHashSet<>();
        task.sandbox().ifPresent(own::add);
        parts.sandboxes().list(Map.of(TASK_LABEL, task.id().value())).stream()
                .map(Sandbox::id)
                .forEach(own::add);
        return own;
    }

    private Settled rollBack(Task task, Actor actor) {
        step(task, "rolling back to \"before\"");
        RollbackRequest request = new RollbackRequest(task.before(), List.of(), true, Optional.of(task.id()));
        try {
            parts.sandboxes().rollback(task.sandbox().orElseThrow(), request, actor);
            return new Settled(true, "");
        } catch (HostException failure) {
            return new Settled(false, note(task, "the rollback failed", failure));
        }
    }

    /** A guest that does not end what it was told to end, and is to be kept, stands still. */
    private Settled pause(Task task, Actor actor) {
        step(task, "pausing the sandbox");
        try {
            parts.sandboxes().pause(task.sandbox().orElseThrow(), false, actor);
            return new Settled(false, "; the sandbox is paused");
        } catch (HostException failure) {
            return new Settled(false, note(task, "the sandbox could not be paused", failure));
        }
    }

    private void step(Task task, String message) {
        parts.events().append(task.id(), new EventBody.Step(message));
    }

    private static String note(Task task, String what, HostException failure) {
        if (failure.code() == HostErrorCode.AUDIT_UNAVAILABLE) {
            throw failure;
        }
        LOG.warn("Task {}: {}: {}", task.id(), what, failure.getMessage());
        return "; " + what + ": " + failure.getMessage();
    }
}
