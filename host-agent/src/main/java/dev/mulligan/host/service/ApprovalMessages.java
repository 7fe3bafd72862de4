package dev.mulligan.host.service;

import dev.mulligan.host.approval.Approval;
import dev.mulligan.host.approval.CallQuestion;
import dev.mulligan.host.approval.ChangesQuestion;
import dev.mulligan.vm.CheckpointId;

/** Approvals as messages. */
final class ApprovalMessages {
    private ApprovalMessages() {}

    static dev.mulligan.proto.host.v1.Approval message(Approval approval) {
        dev.mulligan.proto.host.v1.Approval.Builder message = dev.mulligan.proto.host.v1.Approval.newBuilder()
                .setId(approval.id().value())
                .setTaskId(approval.question().task().value())
                .setRule(approval.question().rule())
                .setReason(approval.question().reason())
                .setAsked(Times.timestamp(approval.asked()))
                .setShown(approval.shown())
                .setDigest(approval.digest());
        approval.expires().map(Times::timestamp).ifPresent(message::setExpires);
        switch (approval.question()) {
            case CallQuestion call -> add(message, call);
            case ChangesQuestion changes -> message.setChanges(message(changes));
        }
        approval.decided().map(ApprovalMessages::message).ifPresent(message::setDecided);
        return message.build();
    }

    private static void add(dev.mulligan.proto.host.v1.Approval.Builder message, CallQuestion question) {
        message.setSandboxId(question.sandbox().value())
                .setCall(question.call())
                .setTool(ScopeMessages.message(question.tool()))
                .setRoot(question.root())
                .setArguments(question.arguments())
                .setCheckpointId(question.wayBack().map(CheckpointId::value).orElse(""));
    }

    private static dev.mulligan.proto.host.v1.Approval.Changes message(ChangesQuestion question) {
        return dev.mulligan.proto.host.v1.Approval.Changes.newBuilder()
                .setChangeSetId(question.changeSet().value())
                .setFolder(question.folder().toString())
                .setCreated(question.created())
                .setModified(question.modified())
                .setDeleted(question.deleted())
                .setRenamed(question.renamed())
                .setSha256(question.changes().hex())
                .build();
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
