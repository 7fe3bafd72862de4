package dev.mulligan.host.service;

import dev.mulligan.host.Actor;
import dev.mulligan.host.SandboxId;
import dev.mulligan.host.audit.AuditEvent;
import dev.mulligan.host.audit.AuditLog;
import dev.mulligan.host.guest.Guest;
import dev.mulligan.host.sandbox.GuestSession;
import dev.mulligan.host.sandbox.Sandbox;
import dev.mulligan.host.sandbox.Sandboxes;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Work in a sandbox that no task does: programs and files by hand. What can change something is recorded first.
 */
final class ByHand {
    private final Sandboxes sandboxes;
    private final SandboxNames names;
    private final AuditLog audit;

    ByHand(Sandboxes sandboxes, AuditLog audit) {
        this.sandboxes = sandboxes;
        this.names = new SandboxNames(sandboxes);
        this.audit = audit;
    }

    /** Opens a sandbox, by id or name; close the session. */
    GuestSession open(String idOrName, Actor actor) {
        Sandbox sandbox = names.get(idOrName);
        return sandboxes.open(sandbox.id(), Optional.empty(), actor);
    }

    /** Does something with a sandbox's files that changes nothing. */
    <T> T look(String idOrName, Actor actor, Step<T> step) throws Exception {
        try (GuestSession session = open(idOrName, actor)) {
            return step.run(session.guest().files());
        }
    }

    /** Records what is about to change, {@code sandbox.file_written} and the like, then does it. */
    <T> T change(String idOrName, Actor actor, String kind, Map<String, String> details, boolean root, Step<T> step)
            throws Exception {
        try (GuestSession session = open(idOrName, actor)) {
            record(session.sandbox().id(), actor, kind, details, root);
            return step.run(session.guest().files());
        }
    }

    void record(SandboxId sandbox, Actor actor, String kind, Map<String, String> details, boolean root) {
        Map<String, String> all = new TreeMap<>(details);
        all.put("user", user(root));
        audit.append(AuditEvent.of(kind, actor).withSandbox(sandbox).withDetails(all));
    }

    static String user(boolean root) {
        return root ? "root" : "agent";
    }

    /** Something with files. */
    interface Step<T> {
        T run(Guest.GuestFiles files) throws Exception;
    }
}
