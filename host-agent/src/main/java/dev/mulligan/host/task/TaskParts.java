package dev.mulligan.host.task;

import dev.mulligan.host.approval.StoredApprovals;
import dev.mulligan.host.audit.AuditLog;
import dev.mulligan.host.sandbox.Sandboxes;
import dev.mulligan.host.tool.Tools;
import java.time.InstantSource;
import java.util.concurrent.ThreadFactory;

/** What running a task needs, the same for all of them. */
record TaskParts(
        TaskJournal journal,
        TaskEvents events,
        AuditLog audit,
        StoredApprovals approvals,
        Sandboxes sandboxes,
        Tools tools,
        TaskOptions options,
        InstantSource clock,
        ThreadFactory threads) {}
