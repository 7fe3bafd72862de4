package dev.mulligan.host.task;

import dev.mulligan.host.approval.StoredApprovals;
import dev.mulligan.host.audit.AuditLog;
import dev.mulligan.host.sandbox.SandboxWorkspaces;
import dev.mulligan.host.sandbox.Sandboxes;
import dev.mulligan.host.tool.Tools;
import dev.mulligan.host.workspace.store.ChangeSets;
import java.time.InstantSource;
import java.util.concurrent.ThreadFactory;

/** What running a task needs, the same for all of them. */
record TaskParts(
        TaskJournal journal,
        TaskEvents events,
        AuditLog audit,
        StoredApprovals approvals,
        Sandboxes sandboxes,
        SandboxWorkspaces workspaces,
        ChangeSets changes,
        FolderGrants grants,
        Tools tools,
        TaskOptions options,
        InstantSource clock,
        ThreadFactory threads) {}
