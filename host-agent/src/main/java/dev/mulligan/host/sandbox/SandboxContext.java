package dev.mulligan.host.sandbox;

import dev.mulligan.host.audit.AuditLog;
import dev.mulligan.host.guest.GuestConnector;
import dev.mulligan.host.workspace.pack.FolderPacker;
import dev.mulligan.vm.VmManager;
import java.time.Clock;
import java.util.function.LongSupplier;

/**
 * What everything in this package works with.
 *
 * @param nanoTime the time that this host lives through: it stands still while the host sleeps
 */
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
        LongSupplier nanoTime,
        SandboxesConfig config) {}
