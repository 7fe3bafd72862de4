package dev.mulligan.host.sandbox;

import dev.mulligan.host.Actor;
import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.audit.AuditEvent;
import dev.mulligan.vm.Vm;
import java.util.Map;

/** Deletes a sandbox, in its turn. Cut off, it is finished at the next start. */
final class Deletion {
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

    /** Does what is left of one that was begun, and is on record. */
    void finish(LiveSandbox sandbox) {
        sandbox.unlink(HostErrorCode.GUEST_UNREACHABLE, "the sandbox was deleted");
        context.vms().find(sandbox.machine()).ifPresent(Vm::delete);
        context.workspaces().deleteAll(sandbox.id());
        context.journal().delete(sandbox.id());
        roster.remove(sandbox);
    }
}
