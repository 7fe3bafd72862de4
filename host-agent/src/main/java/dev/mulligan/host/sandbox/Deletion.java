package dev.mulligan.host.sandbox;

import dev.mulligan.host.Actor;
import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import dev.mulligan.host.audit.AuditEvent;
import dev.mulligan.vm.Vm;
import dev.mulligan.vm.VmException;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Deletes a sandbox, in its turn. Cut off, it is finished at the next start. */
final class Deletion {
    private static final Logger LOG = LoggerFactory.getLogger(Deletion.class);

    private final SandboxContext context;
    private final Roster roster;

    Deletion(SandboxContext context, Roster roster) {
        this.context = context;
        this.roster = roster;
    }

    void delete(LiveSandbox sandbox, Actor actor) {
        context.audit()
                .append(AuditEvent.of("sandbox.deleted", actor)
                        .withSandbox(sandbox.id())
                        .withDetails(Map.of("name", sandbox.view().name())));
        sandbox.become(SandboxState.DELETING, "");
        finish(sandbox);
    }

    /**
     * Deletes what there is of a sandbox that did not come to be. What cannot be deleted now stays on the roster and in
     * the journal, DELETING, and is tried again.
     */
    void undo(LiveSandbox sandbox) {
        try {
            sandbox.turn(() -> {
                finishOrLeave(sandbox);
                return sandbox;
            });
        } catch (HostException gone) {
            if (gone.code() != HostErrorCode.UNKNOWN_SANDBOX) {
                throw gone;
            }
            // Somebody has deleted it.
        }
    }

    /** Takes a sandbox that did not come to be off the roster, if there is nothing left of it to delete. */
    void forget(LiveSandbox sandbox) {
        if (sandbox.state() != SandboxState.DELETING) {
            roster.remove(sandbox);
        }
    }

    private void finishOrLeave(LiveSandbox sandbox) {
        try {
            finish(sandbox);
        } catch (HostException | VmException later) {
            LOG.warn("sandbox {} did not come to be, and stays for now: {}", sandbox.id(), later.getMessage());
            sandbox.become(SandboxState.DELETING, "");
        }
    }

    /** Does what is left of one that was begun, and is on record. */
    void finish(LiveSandbox sandbox) {
        sandbox.unlink(HostErrorCode.GUEST_UNREACHABLE, "the sandbox was deleted");
        context.vms().find(sandbox.machine()).ifPresent(Vm::delete);
        context.workspaces().deleteAll(sandbox.id());
        context.journal().delete(sandbox.id());
        roster.remove(sandbox);
    }
}
