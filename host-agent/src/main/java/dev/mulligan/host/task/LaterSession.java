package dev.mulligan.host.task;

import dev.mulligan.host.SandboxId;
import dev.mulligan.host.guest.Guest;
import dev.mulligan.host.sandbox.GuestSession;
import dev.mulligan.host.sandbox.Sandbox;
import dev.mulligan.host.sandbox.Sandboxes;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The session of a task that waited for a person when the host agent was started: the sandbox is held at once, and
 * goes on running only when something is to be done in it. For one thread.
 */
final class LaterSession implements GuestSession {
    private final Sandboxes sandboxes;
    private final Task task;
    private final SandboxId id;
    private @Nullable GuestSession opened;

    LaterSession(Sandboxes sandboxes, Task task) {
        this.sandboxes = sandboxes;
        this.task = task;
        this.id = task.sandbox().orElseThrow();
        sandboxes.hold(id, task.id(), task.before());
    }

    @Override
    public Sandbox sandbox() {
        return sandboxes.get(id.value());
    }

    @Override
    public Guest guest() {
        GuestSession session = opened;
        if (session == null) {
            session = sandboxes.open(id, Optional.of(task.id()), task.actor());
            opened = session;
        }
        return session.guest();
    }

    @Override
    public void close() {
        GuestSession session = opened;
        if (session != null) {
            session.close();
        }
    }
}
