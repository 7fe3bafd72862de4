package dev.mulligan.host.sandbox;

import dev.mulligan.host.audit.AuditLog;
import dev.mulligan.host.guest.GuestConnector;
import dev.mulligan.host.workspace.pack.FolderPacker;
import dev.mulligan.vm.VmManager;
import java.time.Clock;

/** What everything in this package works with. */
record SandboxContext(
        VmManager vms,
        BootImages images,
        GuestConnector connector,
        AuditLog audit,
        SandboxJournal journal,
        WorkspaceJournal workspaces,
        FolderPacker packer,
        HostCapacity capacity,
        Clock clock,
        SandboxesConfig config) {}
