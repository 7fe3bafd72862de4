package dev.mulligan.host.approval;

import dev.mulligan.host.Actor;
import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import dev.mulligan.host.TaskId;
import dev.mulligan.host.approval.Approval.Decided;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Approvals of changes. Nobody waits for them: whoever answers also has the answer carried out, and if that cannot be, the
 * question is open again. An answer stands in the journal before anything comes of it, so that a host agent that was
 * killed meanwhile is followed by one that goes on with it.
 */
final class ChangeApprovals {
    private static final Logger LOG = LoggerFactory.getLogger(ChangeApprovals.class);

    private final ApprovalJournal journal;
    private final ChangeAnswers changes;
    /** One at a time: an answer that is being carried out may yet be void. Not the lock of calls, which go on meanwhile. */
    private final ReentrantLock lock = new ReentrantLock(true);

    ChangeApprovals(ApprovalJournal journal, ChangeAnswers changes) {
        this.journal = journal;
        this.changes = changes;
    }

    Optional<Approval> ask(ChangesQuestion question, Duration patience) {
        return alone(() -> isAsked(question) ? Optional.empty() : Optional.of(journal.put(question, patience)));
    }

    /**
     * Nobody waits for them, so nobody notices either that their time is over, but who asks for a list.
     *
     * @return all that are open after that, of calls, too
     */
    List<Approval> expire() {
        return journal.list(Optional.empty(), true).stream()
                .filter(approval -> !isOver(approval) || !expire(approval.id()))
                .toList();
    }

    private boolean isOver(Approval approval) {
        return approval.question() instanceof ChangesQuestion
                && journal.left(approval).filter(left -> !left.isPositive()).isPresent();
    }

    private boolean expire(ApprovalId id) {
        try {
            var _ = journal.settle(id, new Answer.Expired(), Actor.HOST);
            journal.take(id);
            return true;
        } catch (HostException failure) {
            LOG.warn("Approval {} is over, and that is not on record: {}", id, failure.getMessage());
            return false;
        }
    }

    private boolean isAsked(ChangesQuestion question) {
        return journal.list(Optional.of(question.task()), false).stream()
                .anyMatch(approval -> approval.question() instanceof ChangesQuestion before
                        && before.isAbout(question.changeSet(), question.ruling()));
    }

    Approval decide(ApprovalId id, ChangesQuestion question, Answer answer, Actor actor) {
        return alone(() -> {
            var _ = expire();
            var _ = withdraw(List.of(journal.get(id)));
            ApprovalJournal.requireOpen(journal.get(id));
            if (answer instanceof Answer.Narrow narrow) {
                changes.require(question, narrow);
            }
            Approval decided = journal.settle(id, answer, actor);
            try {
                changes.carryOut(question, answer, actor);
            } catch (RuntimeException failure) {
                reopen(decided, failure);
                throw failure;
            }
            journal.take(id);
            withdraw(journal.list(Optional.of(question.task()), true));
            return decided;
        });
    }

    private void reopen(Approval decided, RuntimeException failure) {
        try {
            journal.reopen(decided, String.valueOf(failure.getMessage()));
        } catch (HostException worse) {
            // It stays decided, and the next host agent takes it up.
            failure.addSuppressed(worse);
        }
    }

    void review(TaskId task) {
        alone(() -> withdraw(journal.list(Optional.of(task), true)));
    }

    /** Those of which nothing is left to decide. */
    private int withdraw(List<Approval> approvals) {
        int withdrawn = 0;
        for (Approval approval : approvals) {
            if (approval.isOpen()
                    && approval.question() instanceof ChangesQuestion question
                    && !changes.isPending(question)) {
                var _ = journal.settle(approval.id(), new Answer.Withdrawn(), Actor.HOST);
                journal.take(approval.id());
                withdrawn++;
            }
        }
        return withdrawn;
    }

    void takeUp() {
        alone(() -> {
            for (Approval approval : journal.cutOff()) {
                if (approval.question() instanceof ChangesQuestion question) {
                    takeUp(approval, question, approval.decided().orElseThrow());
                }
            }
            return withdraw(journal.list(Optional.empty(), true));
        });
    }

    private void takeUp(Approval approval, ChangesQuestion question, Decided decided) {
        try {
            if (decided.answer() instanceof Answer.Narrow && changes.isPending(question)) {
                // Perhaps it is done: hunks have other numbers then. A person looks again at what is left.
                journal.reopen(approval, "the host agent ended while it was carried out");
                return;
            }
            changes.carryOut(question, decided.answer(), decided.actor());
            journal.take(approval.id());
        } catch (RuntimeException failure) {
            LOG.warn("Approval {} could not be carried out: {}", approval.id(), failure.getMessage());
            reopen(approval, failure);
        }
    }

    /** Which answers make sense; {@code INVALID_ARGUMENT} for others. */
    static void require(Answer answer) {
        switch (answer) {
            case Answer.Allow(boolean forTask) -> require(!forTask, answer, "allow once");
            case Answer.Edit _ -> require(false, answer, "narrow and allow");
            case Answer.Deny(String _, boolean stop) -> require(!stop, answer, "deny");
            case Answer.Narrow _, Answer.Expired _, Answer.Withdrawn _ -> {}
        }
    }

    private static void require(boolean holds, Answer answer, String instead) {
        if (!holds) {
            throw HostException.of(HostErrorCode.INVALID_ARGUMENT, "answer to a question about changes")
                    .value(answer.verdict())
                    .expected("allow once, narrow and allow, or deny")
                    .remedy("the task has ended, and its calls are over: answer '" + instead + "'")
                    .build();
        }
    }

    private interface Work<T> {
        T run();
    }

    private <T> T alone(Work<T> work) {
        lock.lock();
        try {
            return work.run();
        } finally {
            lock.unlock();
        }
    }
}
