package dev.mulligan.host.approval;

import dev.mulligan.host.Actor;
import dev.mulligan.host.Bell;
import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import dev.mulligan.host.TaskId;
import dev.mulligan.host.approval.Approval.Decided;
import dev.mulligan.host.audit.AuditLog;
import dev.mulligan.host.scope.Tool;
import dev.mulligan.host.store.Store;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/** Approvals in the journal: they outlive the host agent, and so does the task that waits for one. */
public final class StoredApprovals implements Approvals {
    /** The wall's clock may jump: an expiry is looked at so often. */
    private static final Duration LOOK = Duration.ofSeconds(1);
    /** And where nobody waits, so often by those who watch. */
    private static final Duration EXPIRE = Duration.ofMinutes(1);

    private final ApprovalJournal journal;
    private final ChangeApprovals ofChanges;
    private final Map<ApprovalId, EditCheck> editChecks = new ConcurrentHashMap<>();
    private volatile boolean closing;

    /** @param changes carries out what is answered about changes */
    public StoredApprovals(
            Store store, AuditLog audit, InstantSource clock, RandomGenerator random, ChangeAnswers changes) {
        this.journal = new ApprovalJournal(store, new ApprovalRecord(audit), clock, random);
        this.ofChanges = new ChangeApprovals(journal, changes);
    }

    /**
     * Puts a question, or finds the one that this call of this task put before the host agent was killed. Recorded, then
     * stored.
     *
     * @param patience after which the answer is no
     * @param edits whether an edited call may take its place
     */
    public Approval ask(CallQuestion question, Duration patience, EditCheck edits) {
        Optional<Approval> first =
                pending(question.task()).filter(pending -> pending.question().equals(question));
        Approval approval = first.orElseGet(() -> journal.put(question, patience));
        editChecks.put(approval.id(), edits);
        return approval;
    }

    /**
     * Puts a question for which nothing waits. Recorded, then stored.
     *
     * @param patience after which the answer is no: what it is about stays undecided
     * @return empty: it was put before, whatever has become of it
     */
    public Optional<Approval> ask(ChangesQuestion question, Duration patience) {
        return ofChanges.ask(question, patience);
    }

    /** Carries on with answers about changes that a host agent before was killed over. To be called once, at the start. */
    public void takeUp() {
        ofChanges.takeUp();
    }

    /**
     * Waits for the answer, which after the patience is {@link Answer.Expired}.
     *
     * @return empty: the host agent ends, and the next one goes on waiting
     */
    public Optional<Decided> await(ApprovalId id) throws InterruptedException {
        try (Bell.Ear ear = journal.bell().ear(() -> {})) {
            for (ear.reset(); !closing; ear.reset()) {
                Approval approval = get(id);
                if (!approval.isOpen()) {
                    editChecks.remove(id);
                    return approval.decided();
                }
                if (left(approval).isPositive()) {
                    awaitNews(ear, approval);
                } else {
                    var _ = journal.settle(id, new Answer.Expired(), Actor.HOST);
                }
            }
            return Optional.empty();
        }
    }

    /** Until anything about any approval has changed, or this one has expired. */
    private void awaitNews(Bell.Ear ear, Approval approval) throws InterruptedException {
        Duration left = left(approval);
        while (left.isPositive() && !ear.await(left.compareTo(LOOK) < 0 ? left : LOOK)) {
            left = left(approval);
        }
    }

    private Duration left(Approval approval) {
        return journal.left(approval).orElse(LOOK);
    }

    /** The answer is being carried out: a host agent that is killed from now on does not take it up again. */
    public void take(ApprovalId id) {
        journal.take(id);
    }

    /** The call that the task waits for, or that was answered and has not begun. */
    public Optional<Approval> pending(TaskId task) {
        return journal.pending(task);
    }

    /** By which a person has allowed this for the whole task. */
    public Optional<ApprovalId> allowance(TaskId task, String rule, Tool tool) {
        return journal.answered(task, rule, tool).stream()
                .filter(approval -> approval.decided().stream()
                        .anyMatch(decided -> decided.answer() instanceof Answer.Allow allow && allow.forTask()))
                .map(Approval::id)
                .findFirst();
    }

    /** The task has ended: nobody needs to answer any more what it asked about its calls. */
    public void withdraw(TaskId task) {
        for (Approval open : list(Optional.of(task), true)) {
            if (open.question() instanceof CallQuestion) {
                var _ = journal.settle(open.id(), new Answer.Withdrawn(), Actor.HOST);
                editChecks.remove(open.id());
            }
        }
    }

    @Override
    public void review(TaskId task) {
        ofChanges.review(task);
    }

    /** Nobody waits any more: what is open is left to the next host agent. */
    public void leave() {
        closing = true;
        journal.bell().ring();
    }

    @Override
    public List<Approval> list(Optional<TaskId> task, boolean openOnly) {
        List<Approval> open = ofChanges.expire();
        if (!openOnly) {
            return journal.list(task, false);
        }
        return open.stream()
                .filter(approval -> task.isEmpty()
                        || task.equals(Optional.of(approval.question().task())))
                .toList();
    }

    @Override
    public Approval get(ApprovalId id) {
        return journal.get(id);
    }

    @Override
    public void watch(Consumer<Approval> listener) throws InterruptedException {
        Set<ApprovalId> told = new HashSet<>();
        try (Bell.Ear ear = journal.bell().ear(() -> {})) {
            for (ear.reset(); !closing; ear.reset()) {
                tell(told, listener);
                var _ = ear.await(EXPIRE);
            }
        }
    }

    private void tell(Set<ApprovalId> told, Consumer<Approval> listener) {
        Set<ApprovalId> open = new HashSet<>();
        for (Approval approval : list(Optional.empty(), true)) {
            open.add(approval.id());
            if (told.add(approval.id())) {
                listener.accept(approval);
            }
        }
        for (ApprovalId id : List.copyOf(told)) {
            if (!open.contains(id)) {
                told.remove(id);
                listener.accept(get(id));
            }
        }
    }

    @Override
    public Approval decide(ApprovalId id, String digest, Answer answer, Actor actor) {
        Approval approval = get(id);
        if (!approval.digest().equals(digest)) {
            throw HostException.of(HostErrorCode.APPROVAL_CHANGED, "answer to something else than what is asked")
                    .value(digest)
                    .expected(approval.digest() + ", the digest of approval " + id)
                    .remedy("look at it again: mulligan approvals show " + id)
                    .build();
        }
        return switch (approval.question()) {
            case CallQuestion question -> {
                ApprovalJournal.requireOpen(approval);
                requireEdit(id, question, answer);
                yield journal.settle(id, answer, actor);
            }
            case ChangesQuestion question -> {
                ChangeApprovals.require(answer);
                yield ofChanges.decide(id, question, answer, actor);
            }
        };
    }

    private void requireEdit(ApprovalId id, CallQuestion question, Answer answer) {
        if (answer instanceof Answer.Narrow) {
            throw HostException.of(HostErrorCode.INVALID_ARGUMENT, "answer to a question about a call")
                    .value(answer.verdict())
                    .expected("allow, edit and allow, or deny")
                    .remedy("paths are chosen of changes; edit the call")
                    .build();
        }
        if (answer instanceof Answer.Edit edit) {
            Optional.ofNullable(editChecks.get(id))
                    .orElseThrow(() -> HostException.of(HostErrorCode.SHUTTING_DOWN, "the task does not wait yet")
                            .value(question.task())
                            .remedy("try again in a moment")
                            .build())
                    .require(edit.call());
        }
    }
}
