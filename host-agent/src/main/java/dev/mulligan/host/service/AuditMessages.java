package dev.mulligan.host.service;

import com.google.protobuf.ByteString;
import dev.mulligan.host.SandboxId;
import dev.mulligan.host.TaskId;
import dev.mulligan.host.ThreadName;
import dev.mulligan.host.audit.AuditEntry;
import dev.mulligan.host.audit.AuditEvent;

/** Entries of the record, as messages. */
final class AuditMessages {
    private AuditMessages() {}

    static dev.mulligan.proto.host.v1.AuditEntry message(AuditEntry entry) {
        AuditEvent event = entry.event();
        return dev.mulligan.proto.host.v1.AuditEntry.newBuilder()
                .setSequence(entry.sequence())
                .setTime(Times.timestamp(entry.time()))
                .setKind(event.kind())
                .setTaskId(event.task().map(TaskId::value).orElse(""))
                .setSandboxId(event.sandbox().map(SandboxId::value).orElse(""))
                .setActor(event.actor().name())
                .setTool(event.tool())
                .setDecision(event.decision())
                .setRule(event.rule())
                .putAllDetails(event.details())
                .setPreviousHash(ByteString.copyFrom(entry.previousHash().bytes()))
                .setHash(ByteString.copyFrom(entry.hash().bytes()))
                .setThread(event.thread().map(ThreadName::value).orElse(""))
                .build();
    }
}
