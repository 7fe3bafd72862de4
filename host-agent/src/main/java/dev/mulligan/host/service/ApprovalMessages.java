package dev.mulligan.host.service;

import dev.mulligan.host.approval.Approval;
import dev.mulligan.host.approval.Question;
import dev.mulligan.vm.CheckpointId;

/** Approvals as messages. */
final class ApprovalMessages {
    private ApprovalMessages() {}

    static dev.mulligan.proto.host.v1.Approval message(Approval approval) {
        Question question = approval.question();
        dev.mulligan.proto.host.v1.Approval.Builder message = dev.mulligan.proto.host.v1.Approval.newBuilder()
                .setId(approval.id().value())
                .setTaskId(question.task().value())
                .setSandboxId(question.sandbox().value())
                .setCall(question.call())
                .setTool(ScopeMessages.message(question.tool()))
                .setRoot(question.root())
                .setArguments(question.arguments())
                .setRule(question.rule())
                .setReason(question.reason())
                .setCheckpointId(question.wayBack().map(CheckpointId::value).orElse(""))
                .setAsked(Times.timestamp(approval.asked()))
                .setExpires(Times.timestamp(approval.expires()))
                .setShown(approval.shown())
                .setDigest(approval.digest());
        approval.decided().map(ApprovalMessages::message).ifPresent(message::setDecided);
        return message.build();
    }

    private static dev.mulligan.proto.host.v1.Approval.Decided message(Approval.Decided decided) {
        return dev.mulligan.proto.host.v1.Approval.Decided.newBuilder()
                .setAnswer(decided.answer().verdict())
                .setReason(decided.answer().reason())
                .setActor(decided.actor().name())
                .setTime(Times.timestamp(decided.time()))
                .build();
    }
}
