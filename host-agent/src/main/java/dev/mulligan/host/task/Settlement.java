package dev.mulligan.host.task;

import dev.mulligan.host.Actor;
import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import dev.mulligan.host.SandboxId;
import dev.mulligan.host.TaskId;
import dev.mulligan.host.audit.AuditEvent;
import dev.mulligan.host.sandbox.RollbackRequest;
import dev.mulligan.host.sandbox.Sandbox;
import dev.mulligan.vm.VmErrorCode;
import dev.mulligan.vm.VmException;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The end of one task: journals the verdict, brings its sandbox to where the task wants it, lets go of it, records the
 * end. Every step may be done again, so a task whose host agent was killed on the way is settled by another of these.
 */
final class Settlement {
    /** On sandboxes that were created for a task: finds one whose creation the journal has not seen. */
    static final String TASK_LABEL = "mulligan.task";

    private static final Logger LOG = LoggerFactory.getLogger(Settlement.class);

    private final TaskParts parts;
    private final TaskId id;
    private final Verdict verdict;
    private final Actor actor;
    private final Runnable release;
    private final Set<String> steps = new HashSet<>();
    private Optional<Settled> settled = Optional.empty();

    /**
     * Nothing is done yet.
     *
     * @param verdict one that the journal has already stands before it
     * @param release ends the task's session, if it has one; may be called again
     */
    Settlement(TaskParts parts, TaskId id, Verdict verdict, Actor actor, Runnable release) {
        this.parts = parts;
        this.id = id;
        this.verdict = verdict;
        this.actor = actor;
        this.release = release;
    }

    /**
     * Settles the task.
     *
     * @throws HostException {@code AUDIT_UNAVAILABLE}, what the store says, or {@code NO_HYPERVISOR} and what else
     *     passes by itself: it is not settled, call this again
     */
    void settle() {
        parts.journal().verdict(id, verdict.state(), verdict.reason());
        parts.approvals().withdraw(id);
        TaskRecord record = parts.journal().find(id).orElseThrow();
        if (record.task().state().ended()) {
            // All that was missing is its last event.
            letGo();
            parts.events().end(id, () -> parts.events().append(id, new EventBody.State(record.task())));
            return;
        }
        TaskState state = record.verdict().orElse(verdict.state());
        if (settled.isEmpty()) {
            settled = Optional.of(settleAll(record, state));
        }
        // Before anyone can see that the task has ended, and wants to use the sandbox.
        letGo();
        end(record.task(), state, settled.get());
    }

    private void letGo() {
        release.run();
        parts.sandboxes().letGo(id);
    }

    private void end(Task task, TaskState state, Settled outcome) {
        String reason = task.reason() + outcome.note();
        AuditEvent event = AuditEvent.of("task.ended", actor)
                .withTask(id)
                .withDetails(Map.of(
                        "state",
                        state.name(),
                        "reason",
                        reason,
                        "rolled_back",
                        Boolean.toString(outcome.rolledBack())));
        parts.audit().append(task.sandbox().map(event::withSandbox).orElse(event));
        parts.events().end(id, () -> {
            parts.journal()
                    .ended(
                            id,
                            state,
                            reason,
                            outcome.rolledBack(),
                            parts.clock().instant());
            parts.events()
                    .append(
                            id,
                            new EventBody.State(
                                    parts.journal().find(id).orElseThrow().task()));
        });
        parts.events().trim(id);
    }

    private record Settled(boolean rolledBack, String note) {
        static final Settled AS_IT_IS = new Settled(false, "");

        Settled with(String more) {
            return new Settled(rolledBack, more + note);
        }
    }

    private Settled settleAll(TaskRecord record, TaskState state) {
        Task task = record.task();
        boolean succeeded = state == TaskState.SUCCEEDED;
        boolean rollback = !succeeded && task.spec().onFailure() == OnFailure.ROLLBACK;
        String changes = settleChanges(task, succeeded, rollback);
        return settleSandbox(record, succeeded, rollback).with(changes);
    }

    /** Before the sandbox goes, so that a folder that cannot be reached at the moment is tried again. */
    private String settleChanges(Task task, boolean succeeded, boolean rollback) {
        ChangeDecisions decisions = new ChangeDecisions(parts, task);
        if (succeeded) {
            return decisions.carryOut((what, failure) -> note(task, what, failure));
        }
        if (rollback) {
            decisions.forget();
        } else {
            decisions.keep();
        }
        return "";
    }

    private Settled settleSandbox(TaskRecord record, boolean succeeded, boolean rollback) {
        Task task = record.task();
        if (record.ownSandbox() && !task.spec().keepSandbox() && (succeeded || rollback)) {
            return delete(task);
        }
        if (rollback && task.sandbox().isPresent() && task.before().isPresent()) {
            return rollBack(task);
        }
        return verdict.disobedient() && task.sandbox().isPresent() ? pause(task) : Settled.AS_IT_IS;
    }

    private Settled delete(Task task) {
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

    private Settled rollBack(Task task) {
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
    private Settled pause(Task task) {
        step(task, "pausing the sandbox");
        try {
            parts.sandboxes().pause(task.sandbox().orElseThrow(), false, actor);
            return new Settled(false, "; the sandbox is paused");
        } catch (HostException failure) {
            return new Settled(false, note(task, "the sandbox could not be paused", failure));
        }
    }

    /** Told once, however often it is tried. */
    private void step(Task task, String message) {
        if (!steps.contains(message)) {
            parts.events().append(task.id(), new EventBody.Step(message));
            steps.add(message);
        }
    }

    private static String note(Task task, String what, HostException failure) {
        if (passes(failure)) {
            throw failure;
        }
        LOG.warn("Task {}: {}: {}", task.id(), what, failure.getMessage());
        return "; " + what + ": " + failure.getMessage();
    }

    /**
     * Whether it passes by itself, whatever was made of it on the way here. Then the sandbox is not let go of as the
     * task left it. Not so what a guest can bring about: it could hold up the end for ever.
     */
    private static boolean passes(HostException failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            boolean passes = switch (cause) {
                case HostException known ->
                    switch (known.code()) {
                        case AUDIT_UNAVAILABLE, NO_HYPERVISOR, SHUTTING_DOWN -> true;
                        default -> false;
                    };
                case VmException machine -> machine.code() == VmErrorCode.CONFLICT;
                default -> false;
            };
            if (passes) {
                return true;
            }
        }
        return false;
    }
}
