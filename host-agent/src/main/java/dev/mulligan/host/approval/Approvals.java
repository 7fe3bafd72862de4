package dev.mulligan.host.approval;

import dev.mulligan.host.Actor;
import dev.mulligan.host.TaskId;
import dev.mulligan.host.tool.ToolCall;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** The door for those who answer. Blocking; safe for use by several threads. */
public interface Approvals {
    /** Oldest first. */
    List<Approval> list(Optional<TaskId> task, boolean openOnly);

    /** {@code UNKNOWN_APPROVAL}. */
    Approval get(ApprovalId id);

    /**
     * Hands over the open ones, then each that is asked or decided, until interrupted. A listener that is slow holds up
     * nobody, and may miss states between two that it sees.
     */
    void watch(Consumer<Approval> listener) throws InterruptedException;

    /**
     * Answers. Recorded before anything comes of it. Of several who answer at the same time one wins. What is answered
     * about changes is done when this returns.
     *
     * @param digest of what the person saw
     * @param answer {@link Answer.Allow}, {@link Answer.Edit} (of calls), {@link Answer.Narrow} (of changes) or {@link
     *     Answer.Deny}
     * @throws dev.mulligan.host.HostException {@code UNKNOWN_APPROVAL}; {@code APPROVAL_DECIDED} with who was first and
     *     what they said; {@code APPROVAL_CHANGED} if the digest is that of something else; {@code BAD_TASK} or {@code
     *     SCOPE_DENIED} for an edited call that may not take the place of the first; what {@link ChangeAnswers#carryOut}
     *     throws; {@code INVALID_ARGUMENT} for an answer that makes no sense here; it is open still, or again, then
     */
    Approval decide(ApprovalId id, String digest, Answer answer, Actor actor);

    /** Changes of this task may have been decided in another way: questions of which nothing is left are withdrawn. */
    void review(TaskId task);

    /** Whether an edited call may take the place of the one that was asked about; throws why not. */
    interface EditCheck {
        void require(ToolCall edited);
    }
}
