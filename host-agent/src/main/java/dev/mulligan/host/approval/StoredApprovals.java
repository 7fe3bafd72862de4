package dev.mulligan.host.approval;

import dev.mulligan.host.Actor;
import dev.mulligan.host.Bell;
import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import dev.mulligan.host.RandomWord;
import dev.mulligan.host.TaskId;
import dev.mulligan.host.approval.Approval.Decided;
import dev.mulligan.host.audit.AuditEvent;
import dev.mulligan.host.audit.AuditLog;
import dev.mulligan.host.scope.Tool;
import dev.mulligan.host.store.Store;
import dev.mulligan.host.tool.CallDigest;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
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

    private final Store store;
    private final AuditLog audit;
    private final InstantSource clock;
    private final RandomGenerator random;
    /** Rings whenever anything about any of them has changed. */
    private final Bell bell = new Bell();

    private final Map<ApprovalId, EditCheck> editChecks = new ConcurrentHashMap<>();
    private volatile boolean closing;

    public StoredApprovals(Store store, AuditLog audit, InstantSource clock, RandomGenerator random) {
        this.store = store;
        this.audit = audit;
        this.clock = clock;
        this.random = random;
    }

    /**
     * Puts a question, or finds the one that this call of this task put before the host agent was killed. Recorded, then
     * stored.
     *
     * @param patience after which the answer is no
     * @param edits whether an edited call may take its place
     */
    public Approval ask(Question question, Duration patience, EditCheck edits) {
        Optional<Approval> first =
                pending(question.task()).filter(pending -> pending.question().equals(question));
        Approval approval = first.orElseGet(() -> put(question, patience));
        editChecks.put(approval.id(), edits);
        return approval;
    }

    private Approval put(Question question, Duration patience) {
        ApprovalId id = new ApprovalId("ap-" + RandomWord.of(random));
        String shown = QuestionJson.write(id, question);
        Instant now = clock.instant();
        Approval approval = new Approval(
                id, question, shown, QuestionJson.digest(shown), now, now.plus(patience), Optional.empty());
        audit.append(event("approval.asked", approval, Actor.HOST)
                .withDecision(question.tool().label(), "ask", question.rule())
                .withDetails(details(approval)));
        store.write(handle -> {
            ApprovalRows.insert(handle, approval);
            return approval;
        });
        bell.ring();
        return approval;
    }

    /**
     * Waits for the answer, which after the patience is {@link Answer.Expired}.
     *
     * @return empty: the host agent ends, and the next one goes on waiting
     */
    public Optional<Decided> await(ApprovalId id) throws InterruptedException {
        try (Bell.Ear ear = bell.ear(() -> {})) {
            for (ear.reset(); !closing; ear.reset()) {
                Approval approval = get(id);
                if (!approval.isOpen()) {
                    editChecks.remove(id);
                    return approval.decided();
                }
                if (left(approval).isPositive()) {
                    awaitNews(ear, approval);
                } else {
                    settle(id, new Answer.Expired(), Actor.HOST);
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
        return Duration.between(clock.instant(), approval.expires());
    }

    /** The answer is being carried out: a host agent that is killed from now on does not take it up again. */
    public void take(ApprovalId id) {
        store.write(handle -> {
            ApprovalRows.take(handle, id);
            return id;
        });
    }

    /** What the task waits for, or was answered and has not begun. */
    public Optional<Approval> pending(TaskId task) {
        return store.read(handle -> ApprovalRows.pending(handle, task));
    }

    /** By which a person has allowed this for the whole task. */
    public Optional<ApprovalId> allowance(TaskId task, String rule, Tool tool) {
        return store.read(handle -> ApprovalRows.answered(handle, task, rule, tool)).stream()
                .filter(approval -> approval.decided().stream()
                        .anyMatch(decided -> decided.answer() instanceof Answer.Allow allow && allow.forTask()))
                .map(Approval::id)
                .findFirst();
    }

    /** The task has ended: nobody needs to answer any more. */
    public void withdraw(TaskId task) {
        for (Approval open : list(Optional.of(task), true)) {
            settle(open.id(), new Answer.Withdrawn(), Actor.HOST);
            editChecks.remove(open.id());
        }
    }

    /** Nobody waits any more: what is open is left to the next host agent. */
    public void leave() {
        closing = true;
        bell.ring();
    }

    @Override
    public List<Approval> list(Optional<TaskId> task, boolean openOnly) {
        return store.read(handle -> ApprovalRows.list(handle, task, openOnly));
    }

    @Override
    public Approval get(ApprovalId id) {
        return store.read(handle -> ApprovalRows.find(handle, id))
                .orElseThrow(() -> HostException.of(HostErrorCode.UNKNOWN_APPROVAL, "unknown approval")
                        .value(id)
                        .expected("the id of an approval of this host")
                        .remedy("see 'mulligan approvals list'")
                        .build());
    }

    @Override
    public void watch(Consumer<Approval> listener) throws InterruptedException {
        Set<ApprovalId> told = new HashSet<>();
        try (Bell.Ear ear = bell.ear(() -> {})) {
            for (ear.reset(); !closing; ear.reset()) {
                tell(told, listener);
                ear.await();
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
        requireOpen(approval);
        if (answer instanceof Answer.Edit edit) {
            Optional.ofNullable(editChecks.get(id))
                    .orElseThrow(() -> HostException.of(HostErrorCode.SHUTTING_DOWN, "the task does not wait yet")
                            .value(approval.question().task())
                            .remedy("try again in a moment")
                            .build())
                    .require(edit.call());
        }
        return settle(id, answer, actor);
    }

    /** The first answer stands. Recorded, then stored, then told. */
    private synchronized Approval settle(ApprovalId id, Answer answer, Actor actor) {
        Approval approval = get(id);
        boolean byPerson = !actor.equals(Actor.HOST);
        if (byPerson && !clock.instant().isBefore(approval.expires()) && approval.isOpen()) {
            settle(id, new Answer.Expired(), Actor.HOST);
            approval = get(id);
        }
        if (!approval.isOpen()) {
            if (byPerson) {
                requireOpen(approval);
            }
            return approval;
        }
        Map<String, String> details = details(approval);
        details.put("answer", answer.verdict());
        if (!answer.reason().isEmpty()) {
            details.put("reason", answer.reason());
        }
        if (answer instanceof Answer.Edit edit) {
            details.put("edited_sha256", CallDigest.of(edit.call()).sha256());
        }
        Question question = approval.question();
        audit.append(event("approval.decided", approval, actor)
                .withDecision(question.tool().label(), allows(answer) ? "allow" : "deny", question.rule())
                .withDetails(details));
        Decided decided = new Decided(answer, actor, clock.instant());
        store.write(handle -> {
            ApprovalRows.decide(handle, id, decided);
            return id;
        });
        bell.ring();
        return get(id);
    }

    private static boolean allows(Answer answer) {
        return switch (answer) {
            case Answer.Allow ignored -> true;
            case Answer.Edit ignored -> true;
            case Answer.Deny ignored -> false;
            case Answer.Expired ignored -> false;
            case Answer.Withdrawn ignored -> false;
        };
    }

    private static void requireOpen(Approval approval) {
        approval.decided().ifPresent(decided -> {
            throw HostException.of(HostErrorCode.APPROVAL_DECIDED, "the approval was decided already")
                    .value(decided.answer().verdict() + " by " + decided.actor() + " at " + decided.time())
                    .expected("one that is open")
                    .remedy("nothing is left to do; see 'mulligan approvals show " + approval.id() + "'")
                    .build();
        });
    }

    private static AuditEvent event(String kind, Approval approval, Actor actor) {
        return AuditEvent.of(kind, actor)
                .withTask(approval.question().task())
                .withSandbox(approval.question().sandbox());
    }

    private static Map<String, String> details(Approval approval) {
        Map<String, String> details = new HashMap<>();
        details.put("approval", approval.id().value());
        details.put("call", Integer.toString(approval.question().call()));
        details.put("shown_sha256", approval.digest());
        details.put("expires", approval.expires().toString());
        return details;
    }
}
