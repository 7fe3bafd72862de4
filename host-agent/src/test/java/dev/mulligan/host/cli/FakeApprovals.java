package dev.mulligan.host.cli;

import dev.mulligan.host.HostErrorCode;
import dev.mulligan.proto.host.v1.Approval;
import dev.mulligan.proto.host.v1.ApprovalServiceGrpc;
import dev.mulligan.proto.host.v1.DecideApprovalRequest;
import dev.mulligan.proto.host.v1.DecideApprovalResponse;
import dev.mulligan.proto.host.v1.GetApprovalRequest;
import dev.mulligan.proto.host.v1.GetApprovalResponse;
import dev.mulligan.proto.host.v1.ListApprovalsRequest;
import dev.mulligan.proto.host.v1.ListApprovalsResponse;
import dev.mulligan.proto.host.v1.Tool;
import dev.mulligan.proto.host.v1.WatchApprovalsRequest;
import dev.mulligan.proto.host.v1.WatchApprovalsResponse;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** A host agent's approvals. */
final class FakeApprovals extends ApprovalServiceGrpc.ApprovalServiceImplBase {
    final List<DecideApprovalRequest> decisions = new CopyOnWriteArrayList<>();
    final List<StreamObserver<WatchApprovalsResponse>> watchers = new CopyOnWriteArrayList<>();
    private final Map<String, Approval> approvals = new ConcurrentSkipListMap<>();

    FakeApprovals(String... ids) {
        for (String id : ids) {
            approvals.put(
                    id,
                    Approval.newBuilder()
                            .setId(id)
                            .setTaskId("nightly")
                            .setSandboxId("sb-1")
                            .setCall(2)
                            .setTool(Tool.SHELL)
                            .setRoot(true)
                            .setArguments("{\"command\":\"rm -r build\\necho \\u001b[31mred\"}")
                            .setRule("scope.rules[0]")
                            .setReason("removes things")
                            .setCheckpointId("cp-1")
                            .setDigest("digest of " + id)
                            .build());
        }
    }

    /** What a rule asks about changes. */
    FakeApprovals withChanges(String id) {
        approvals.put(
                id,
                Approval.newBuilder()
                        .setId(id)
                        .setTaskId("nightly")
                        .setRule("scope.rules[1]")
                        .setReason("deletes")
                        .setChanges(Approval.Changes.newBuilder()
                                .setChangeSetId("set-1")
                                .setFolder("/home/anna/re\u001b[31mports")
                                .setModified(1)
                                .setDeleted(2))
                        .setDigest("digest of " + id)
                        .build());
        return this;
    }

    @Override
    public void list(ListApprovalsRequest request, StreamObserver<ListApprovalsResponse> observer) {
        observer.onNext(ListApprovalsResponse.newBuilder()
                .addAllApprovals(approvals.values().stream()
                        .filter(approval -> request.getAll() || !approval.hasDecided())
                        .toList())
                .build());
        observer.onCompleted();
    }

    @Override
    public void get(GetApprovalRequest request, StreamObserver<GetApprovalResponse> observer) {
        observer.onNext(GetApprovalResponse.newBuilder()
                .setApproval(approvals.get(request.getApprovalId()))
                .build());
        observer.onCompleted();
    }

    @Override
    public void watch(WatchApprovalsRequest request, StreamObserver<WatchApprovalsResponse> observer) {
        watchers.add(observer);
        approvals
                .values()
                .forEach(approval -> observer.onNext(WatchApprovalsResponse.newBuilder()
                        .setApproval(approval)
                        .build()));
    }

    /** Somebody else answers. */
    void answerElsewhere(String id) {
        Approval decided = decided(id, "deny", "token:phone");
        watchers.forEach(watcher -> watcher.onNext(
                WatchApprovalsResponse.newBuilder().setApproval(decided).build()));
    }

    private Approval decided(String id, String answer, String actor) {
        return approvals.computeIfPresent(
                id,
                (key, approval) -> approval.toBuilder()
                        .setDecided(
                                Approval.Decided.newBuilder().setAnswer(answer).setActor(actor))
                        .build());
    }

    @Override
    public void decide(DecideApprovalRequest request, StreamObserver<DecideApprovalResponse> observer) {
        Approval approval = approvals.getOrDefault(request.getApprovalId(), Approval.getDefaultInstance());
        if (approval.hasDecided()) {
            observer.onError(Status.FAILED_PRECONDITION
                    .withDescription(HostErrorCode.APPROVAL_DECIDED + ": "
                            + approval.getDecided().getActor())
                    .asRuntimeException());
            return;
        }
        if (!approval.getDigest().equals(request.getDigest())) {
            observer.onError(Status.FAILED_PRECONDITION
                    .withDescription(HostErrorCode.APPROVAL_CHANGED + ": " + request.getDigest())
                    .asRuntimeException());
            return;
        }
        decisions.add(request);
        observer.onNext(DecideApprovalResponse.newBuilder()
                .setApproval(decided(
                        request.getApprovalId(),
                        request.getAnswerCase().name().toLowerCase(java.util.Locale.ROOT),
                        "local:0"))
                .build());
        observer.onCompleted();
    }
}
