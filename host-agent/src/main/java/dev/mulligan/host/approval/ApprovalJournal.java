package dev.mulligan.host.approval;

import dev.mulligan.host.Actor;
import dev.mulligan.host.Bell;
import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import dev.mulligan.host.RandomWord;
import dev.mulligan.host.TaskId;
import dev.mulligan.host.approval.Approval.Decided;
import dev.mulligan.host.scope.Tool;
import dev.mulligan.host.store.Store;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/** Questions and answers: each recorded, then stored, then told. */
final class ApprovalJournal {
    private final Store store;
    private final ApprovalRecord record;
    private final InstantSource clock;
    private final RandomGenerator random;
    /** Rings whenever anything about any of them has changed. */
    private final Bell bell = new Bell();

    ApprovalJournal(Store store, ApprovalRecord record, InstantSource clock, RandomGenerator random) {
        this.store = store;
        this.record = record;
        this.clock = clock;
        this.random = random;
    }

    Bell bell() {
        return bell;
    }

    /** @param patience after which the answer is no */
    Approval put(Question question, Duration patience) {
        ApprovalId id = new ApprovalId("ap-" + RandomWord.of(random));
        String shown = QuestionJson.write(id, question);
        Instant now = clock.instant();
        Approval approval = new Approval(
                id,
                question,
                shown,
                QuestionJson.digest(shown),
                now,
                Optional.of(now.plus(patience)),
                Optional.empty());
        record.asked(approval);
        store.write(handle -> {
            ApprovalRows.insert(handle, approval);
            return approval;
        });
        bell.ring();
        return approval;
    }

    /** {@code UNKNOWN_APPROVAL}. */
    Approval get(ApprovalId id) {
        return store.read(handle -> ApprovalRows.find(handle, id))
                .orElseThrow(() -> HostException.of(HostErrorCode.UNKNOWN_APPROVAL, "unknown approval")
                        .value(id)
                        .expected("the id of an approval of this host")
                        .remedy("see 'mulligan approvals list'")
                        .build());
    }

    /** Oldest first. */
    List<Approval> list(Optional<TaskId> task, boolean openOnly) {
        return store.read(handle -> ApprovalRows.list(handle, task, openOnly));
    }

    /** The call that the task waits for, or that was answered and has not begun. */
    Optional<Approval> pending(TaskId task) {
        return store.read(handle -> ApprovalRows.pending(handle, task));
    }

    /** The answers to what this rule asked about this tool in this task. */
    List<Approval> answered(TaskId task, String rule, Tool tool) {
        return store.read(handle -> ApprovalRows.answered(handle, task, rule, tool));
    }

    /** About changes, with an answer that was perhaps not carried out to its end. */
    List<Approval> cutOff() {
        return store.read(ApprovalRows::cutOff);
    }

    /** How long until its answer is no; empty: it stays open. */
    Optional<Duration> left(Approval approval) {
        return approval.expires().map(expires -> Duration.between(clock.instant(), expires));
    }

    /** The first answer stands; a person who comes later, or too late, is told who was first. */
    synchronized Approval settle(ApprovalId id, Answer answer, Actor actor) {
        Approval approval = get(id);
        boolean byPerson = !actor.equals(Actor.HOST);
        boolean late = left(approval).filter(left -> !left.isPositive()).isPresent();
        if (byPerson && late && approval.isOpen()) {
            settle(id, new Answer.Expired(), Actor.HOST);
            approval = get(id);
        }
        if (!approval.isOpen()) {
            if (byPerson) {
                requireOpen(approval);
            }
            return approval;
        }
        record.decided(approval, answer, actor);
        Decided decided = new Decided(answer, actor, clock.instant());
        store.write(handle -> {
            ApprovalRows.decide(handle, id, decided);
            return id;
        });
        bell.ring();
        return get(id);
    }

    /** {@code APPROVAL_DECIDED}. */
    static void requireOpen(Approval approval) {
        approval.decided().ifPresent(decided -> {
            throw HostException.of(HostErrorCode.APPROVAL_DECIDED, "the approval was decided already")
                    .value(decided.answer().verdict() + " by " + decided.actor() + " at " + decided.time())
                    .expected("one that is open")
                    .remedy("nothing is left to do; see 'mulligan approvals show " + approval.id() + "'")
                    .build();
        });
    }

    /** The answer could not be carried out: as if nobody had answered. */
    synchronized void reopen(Approval approval, String why) {
        record.reopened(approval, why);
        store.write(handle -> {
            ApprovalRows.reopen(handle, approval.id());
            return approval;
        });
        bell.ring();
    }

    /** Of a call: its answer is being carried out. Of changes: it was. It is not taken up again. */
    void take(ApprovalId id) {
        store.write(handle -> {
            ApprovalRows.take(handle, id);
            return id;
        });
    }
}
