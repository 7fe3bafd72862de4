package dev.mulligan.host.service;

import dev.mulligan.host.TaskId;
import dev.mulligan.host.approval.Answer;
import dev.mulligan.host.approval.ApprovalId;
import dev.mulligan.host.approval.Approvals;
import dev.mulligan.host.approval.ChangesQuestion;
import dev.mulligan.host.workspace.change.PathPattern;
import dev.mulligan.host.workspace.change.Selection;
import dev.mulligan.proto.host.v1.ApprovalServiceGrpc;
import dev.mulligan.proto.host.v1.ChangeSelection;
import dev.mulligan.proto.host.v1.DecideApprovalRequest;
import dev.mulligan.proto.host.v1.DecideApprovalResponse;
import dev.mulligan.proto.host.v1.GetApprovalRequest;
import dev.mulligan.proto.host.v1.GetApprovalResponse;
import dev.mulligan.proto.host.v1.ListApprovalsRequest;
import dev.mulligan.proto.host.v1.ListApprovalsResponse;
import dev.mulligan.proto.host.v1.WatchApprovalsRequest;
import dev.mulligan.proto.host.v1.WatchApprovalsResponse;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** {@code ApprovalService}. */
final class GrpcApprovals extends ApprovalServiceGrpc.ApprovalServiceImplBase {
    private static final int LONGEST_REASON = 1000;

    private final Approvals approvals;
    private final Calls calls;

    GrpcApprovals(Approvals approvals, Calls calls) {
        this.approvals = approvals;
        this.calls = calls;
    }

    @Override
    public void list(ListApprovalsRequest request, StreamObserver<ListApprovalsResponse> observer) {
        calls.answer(observer, () -> {
            ListApprovalsResponse.Builder response = ListApprovalsResponse.newBuilder();
            approvals
                    .list(Field.optional("task_id", request.getTaskId()).map(TaskId::new), !request.getAll())
                    .forEach(approval -> response.addApprovals(ApprovalMessages.message(approval)));
            return response.build();
        });
    }

    @Override
    public void get(GetApprovalRequest request, StreamObserver<GetApprovalResponse> observer) {
        calls.answer(
                observer,
                () -> GetApprovalResponse.newBuilder()
                        .setApproval(ApprovalMessages.message(approvals.get(id(request.getApprovalId()))))
                        .build());
    }

    @Override
    public void watch(WatchApprovalsRequest request, StreamObserver<WatchApprovalsResponse> observer) {
        calls.stream(
                observer,
                sender -> approvals.watch(approval -> sender.send(WatchApprovalsResponse.newBuilder()
                        .setApproval(ApprovalMessages.message(approval))
                        .build())));
    }

    @Override
    public void decide(DecideApprovalRequest request, StreamObserver<DecideApprovalResponse> observer) {
        Caller caller = Caller.current();
        calls.answer(
                observer,
                () -> DecideApprovalResponse.newBuilder()
                        .setApproval(ApprovalMessages.message(approvals.decide(
                                id(request.getApprovalId()),
                                Field.required("digest", request.getDigest()),
                                answer(id(request.getApprovalId()), request),
                                caller.actor())))
                        .build());
    }

    private static ApprovalId id(String text) {
        return new ApprovalId(Field.required("approval_id", text));
    }

    private Answer answer(ApprovalId id, DecideApprovalRequest request) {
        return switch (request.getAnswerCase()) {
            case ALLOW -> new Answer.Allow(request.getAllow().getForTask());
            case EDITED -> new Answer.Edit(CallMessages.call(request.getEdited()));
            case DENY -> deny(request.getDeny());
            case NARROWED -> narrowed(id, request.getNarrowed());
            case ANSWER_NOT_SET -> throw Field.invalid("answer", "none", "allow, edited, narrowed or deny", "set one");
        };
    }

    private Answer narrowed(ApprovalId id, ChangeSelection message) {
        Map<String, Selection.Hunks> hunks = new HashMap<>();
        List<String> exact = new ArrayList<>();
        for (ChangeSelection.Pick pick : message.getPicksList()) {
            requireAsked(id, pick);
            exact.add(pick.getPath());
            ChosenChanges.hunks(pick).ifPresent(chosen -> hunks.put(pick.getPath(), chosen));
        }
        Map<String, Selection.Resolution> resolutions = new HashMap<>();
        message.getResolutionsMap()
                .forEach((path, resolution) -> resolutions.put(path, ChosenChanges.resolution(resolution)));
        message.getPathsList().forEach(PathPattern::of);
        return new Answer.Narrow(message.getPathsList(), exact, hunks, resolutions);
    }

    private void requireAsked(ApprovalId id, ChangeSelection.Pick pick) {
        if (approvals.get(id).question() instanceof ChangesQuestion question
                && !question.changeSet().value().equals(pick.getChangeSetId())) {
            throw Field.invalid(
                    "narrowed.picks.change_set_id",
                    pick.getChangeSetId(),
                    question.changeSet().value(),
                    "pick from what Diff gives for this approval");
        }
    }

    private static Answer deny(DecideApprovalRequest.Deny deny) {
        if (deny.getReason().length() > LONGEST_REASON) {
            throw Field.invalid(
                    "deny.reason",
                    deny.getReason().length() + " characters",
                    "at most " + LONGEST_REASON,
                    "shorten it");
        }
        return new Answer.Deny(deny.getReason(), deny.getStop());
    }
}
