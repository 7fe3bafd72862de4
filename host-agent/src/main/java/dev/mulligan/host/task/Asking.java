package dev.mulligan.host.task;

import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import dev.mulligan.host.approval.Answer;
import dev.mulligan.host.approval.Approval;
import dev.mulligan.host.approval.ApprovalId;
import dev.mulligan.host.approval.CallQuestion;
import dev.mulligan.host.audit.AuditEvent;
import dev.mulligan.host.sandbox.GuestSession;
import dev.mulligan.host.sandbox.SandboxState;
import dev.mulligan.host.scope.Decision;
import dev.mulligan.host.scope.Limits;
import dev.mulligan.host.scope.ResolvedLimits;
import dev.mulligan.host.scope.ResolvedScope;
import dev.mulligan.host.tool.ToolCall;
import dev.mulligan.vm.CheckpointId;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** A call about which a rule asks: the sandbox stands still until a person has answered. */
final class Asking {
    private final Task task;
    private final ResolvedScope scope;
    private final GuestSession session;
    private final TaskParts parts;
    private final StopSignal stop;

    Asking(Task task, ResolvedScope scope, GuestSession session, TaskParts parts, StopSignal stop) {
        this.task = task;
        this.scope = scope;
        this.session = session;
        this.parts = parts;
        this.stop = stop;
    }

    /** What the answer means. */
    sealed interface Answered {
        /** This call runs, within these limits. */
        record Run(ToolCall call, ResolvedLimits limits) implements Answered {}

        /** Nothing runs. */
        record No(String why, boolean goesOn) implements Answered {}
    }

    /** The host agent ends while the task waits: the next one goes on waiting, and nothing is settled. */
    static final class LeftWaiting extends RuntimeException {
        private static final long serialVersionUID = 1;

        LeftWaiting(ApprovalId id) {
            super("approval " + id + ": left to the next host agent");
        }
    }

    /** Waits for the answer. Stopped meanwhile, it throws as {@link StopSignal#interruptibly} does. */
    Answered ask(int index, ToolCall call, Decision.Ask ask) throws Exception {
        Optional<ApprovalId> before = parts.approvals().allowance(task.id(), ask.rule(), call.tool());
        if (before.isPresent()) {
            parts.audit()
                    .append(AuditEvent.of("call.allowed", task.actor())
                            .withTask(task.id())
                            .withSandbox(session.sandbox().id())
                            .withDecision(call.tool().label(), "allow", ask.rule())
                            .withDetails(Map.of(
                                    "call",
                                    Integer.toString(index),
                                    "approval",
                                    before.get().value())));
            return new Answered.Run(call, ask.limits());
        }
        Approval approval =
                parts.approvals().ask(question(index, call, ask), patience(), edited -> requireEdit(call, edited));
        if (approval.isOpen()) {
            stand(approval);
        }
        Approval.Decided decided = await(approval.id());
        parts.approvals().take(approval.id());
        Answered answered = answered(call, ask, decided);
        if (answered instanceof Answered.Run) {
            var _ = parts.sandboxes().resume(session.sandbox().id(), task.actor());
        }
        return answered;
    }

    private Approval.Decided await(ApprovalId id) throws Exception {
        try {
            return stop.interruptibly(() -> parts.approvals().await(id)).orElseThrow(() -> new LeftWaiting(id));
        } catch (InterruptedException stopped) {
            if (stop.reason().equals(Optional.of(StopSignal.Reason.SHUTTING_DOWN))) {
                // Told before the wait began, or before it saw that the approvals are left.
                throw new LeftWaiting(id);
            }
            throw stopped;
        }
    }

    private Duration patience() {
        return task.spec().scope().limits().patience().orElse(Limits.DEFAULT_PATIENCE);
    }

    private CallQuestion question(int index, ToolCall call, Decision.Ask ask) {
        return new CallQuestion(
                task.id(),
                session.sandbox().id(),
                index,
                call.tool(),
                call.root(),
                ask.call().arguments().toJson(),
                ask.rule(),
                ask.reason(),
                task.spec().onFailure() == OnFailure.ROLLBACK ? before() : Optional.empty());
    }

    private Optional<CheckpointId> before() {
        return parts.journal().find(task.id()).orElseThrow().task().before();
    }

    private void stand(Approval approval) {
        parts.events()
                .append(
                        task.id(),
                        new EventBody.Step("waiting for approval " + approval.id() + " until "
                                + approval.expires().orElseThrow()
                                + " (" + approval.question().reason() + "); answer with 'mulligan approvals'"));
        // The journal's view of it, not the session's: that is from before.
        if (parts.sandboxes().get(session.sandbox().id().value()).state() == SandboxState.READY) {
            var _ = parts.sandboxes().pause(session.sandbox().id(), false, task.actor());
        }
    }

    private Answered answered(ToolCall call, Decision.Ask ask, Approval.Decided decided) {
        String by = " by " + decided.actor();
        return switch (decided.answer()) {
            // Of changes only: nothing else is narrowed.
            case Answer.Narrow narrow -> throw new IllegalStateException("answer to a call: " + narrow);
            case Answer.Allow ignored -> new Answered.Run(call, ask.limits());
            case Answer.Edit edit -> new Answered.Run(edit.call(), limits(edit.call()));
            case Answer.Deny deny -> new Answered.No(ask.rule() + ": denied" + by + reason(deny), !deny.stop());
            case Answer.Expired ignored -> new Answered.No(ask.rule() + ": nobody answered in time", false);
            case Answer.Withdrawn ignored -> new Answered.No(ask.rule() + ": withdrawn", false);
        };
    }

    private static String reason(Answer.Deny deny) {
        return deny.reason().isEmpty() ? "" : ": " + deny.reason();
    }

    /** It was allowed or asked about when it was checked, and a scope does not change. */
    private ResolvedLimits limits(ToolCall edited) {
        return switch (scope.decide(edited.facts())) {
            case Decision.Allow allow -> allow.limits();
            case Decision.Ask ask -> ask.limits();
            case Decision.Deny deny -> throw denied(deny);
        };
    }

    private static HostException denied(Decision.Deny deny) {
        return HostException.of(HostErrorCode.SCOPE_DENIED, "edited call that the scope denies")
                .value(deny.rule() + ": " + deny.reason())
                .expected("one that it allows, or asks about")
                .remedy("edit it otherwise, or deny")
                .build();
    }

    private void requireEdit(ToolCall call, ToolCall edited) {
        require(
                edited.tool() == call.tool(),
                "tool",
                edited.tool().label(),
                call.tool().label());
        require(
                edited.inSession().equals(call.inSession()),
                "session",
                edited.inSession().map(Object::toString).orElse("none"),
                call.inSession().map(Object::toString).orElse("none"));
        require(!edited.root() || call.root(), "root", "true", "false, as in the call that was asked about");
        limits(edited);
    }

    private static void require(boolean holds, String what, String value, String expected) {
        if (!holds) {
            throw HostException.of(HostErrorCode.BAD_TASK, what + " of an edited call")
                    .value(value)
                    .expected(expected)
                    .remedy("change arguments only")
                    .build();
        }
    }
}
