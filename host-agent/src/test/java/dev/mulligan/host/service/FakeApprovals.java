package dev.mulligan.host.service;

import dev.mulligan.host.Actor;
import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import dev.mulligan.host.TaskId;
import dev.mulligan.host.approval.Answer;
import dev.mulligan.host.approval.Approval;
import dev.mulligan.host.approval.ApprovalId;
import dev.mulligan.host.approval.Approvals;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;

/** Approvals in memory; the rules about answers are tested where they are. */
final class FakeApprovals implements Approvals {
    final Map<String, Approval> approvals = new ConcurrentSkipListMap<>();
    final List<TaskId> reviewed = new CopyOnWriteArrayList<>();
    volatile boolean failing;

    @Override
    public List<Approval> list(Optional<TaskId> task, boolean openOnly) {
        return approvals.values().stream()
                .filter(approval -> task.stream()
                        .allMatch(id -> id.equals(approval.question().task())))
                .filter(approval -> !openOnly || approval.isOpen())
                .toList();
    }

    @Override
    public Approval get(ApprovalId id) {
        return Optional.ofNullable(approvals.get(id.value()))
                .orElseThrow(() -> HostException.of(HostErrorCode.UNKNOWN_APPROVAL, "unknown approval")
                        .value(id)
                        .build());
    }

    @Override
    public void watch(Consumer<Approval> listener) throws InterruptedException {
        approvals.values().forEach(listener);
        new CountDownLatch(1).await();
    }

    @Override
    public void review(TaskId task) {
        if (failing) {
            throw HostException.of(HostErrorCode.AUDIT_UNAVAILABLE, "no record").build();
        }
        reviewed.add(task);
    }

    @Override
    public Approval decide(ApprovalId id, String digest, Answer answer, Actor actor) {
        Approval open = get(id);
        Approval decided = new Approval(
                id,
                open.question(),
                open.shown(),
                digest,
                open.asked(),
                open.expires(),
                Optional.of(new Approval.Decided(answer, actor, Instant.EPOCH)));
        approvals.put(id.value(), decided);
        return decided;
    }
}
