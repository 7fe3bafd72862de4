package dev.mulligan.host.service;

import dev.mulligan.host.SandboxId;
import dev.mulligan.host.sandbox.Sandbox;
import dev.mulligan.host.sandbox.Sandboxes;

/** From what a request calls a sandbox, an id or a name, to the sandbox. */
final class SandboxNames {
    private final Sandboxes sandboxes;

    SandboxNames(Sandboxes sandboxes) {
        this.sandboxes = sandboxes;
    }

    /** {@code UNKNOWN_SANDBOX}. */
    Sandbox get(String idOrName) {
        return sandboxes.get(Field.required("sandbox", idOrName));
    }

    /** For looking at the past: the id of a sandbox that is gone will do. */
    SandboxId idOf(String idOrName) {
        return SandboxId.isId(idOrName)
                ? new SandboxId(idOrName)
                : get(idOrName).id();
    }
}
