package dev.mulligan.host.service;

import dev.mulligan.host.approval.Approvals;
import dev.mulligan.host.audit.AuditLog;
import dev.mulligan.host.audit.AuditReader;
import dev.mulligan.host.audit.AuditRotation;
import dev.mulligan.host.image.Images;
import dev.mulligan.host.sandbox.IdleTimeouts;
import dev.mulligan.host.sandbox.SandboxSize;
import dev.mulligan.host.sandbox.SandboxTemplates;
import dev.mulligan.host.sandbox.Sandboxes;
import dev.mulligan.host.task.Tasks;
import dev.mulligan.host.workspace.store.ChangeSets;
import io.grpc.BindableService;
import java.util.List;
import java.util.concurrent.ThreadFactory;

/**
 * What the services work on.
 *
 * @param defaultSize for what a request leaves open
 * @param defaultIdle for what a request leaves open
 */
public record Services(
        Tasks tasks,
        Approvals approvals,
        ChangeSets changes,
        Sandboxes sandboxes,
        SandboxTemplates templates,
        Images images,
        AuditLog audit,
        AuditReader record,
        AuditRotation rotation,
        HostControl host,
        SandboxSize defaultSize,
        IdleTimeouts defaultIdle) {

    List<BindableService> bind(ThreadFactory threads, StatusMapper mapper) {
        Calls calls = new Calls(threads, mapper);
        SandboxMessages messages = new SandboxMessages(defaultSize, defaultIdle);
        return List.of(
                new GrpcTasks(tasks, sandboxes, calls),
                new GrpcApprovals(approvals, calls),
                new GrpcChanges(changes, approvals, tasks, calls),
                new GrpcSandboxes(sandboxes, messages, new ByHand(sandboxes, audit), calls, threads),
                new GrpcTemplates(templates, images, messages, calls),
                new GrpcCheckpoints(sandboxes, calls),
                new GrpcImages(images, calls),
                new GrpcAudit(record, rotation, sandboxes, calls),
                new GrpcHost(host, calls));
    }
}
