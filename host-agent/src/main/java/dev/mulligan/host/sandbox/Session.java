package dev.mulligan.host.sandbox;

import dev.mulligan.host.TaskId;
import dev.mulligan.host.guest.Guest;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

/** An open sandbox. */
final class Session implements GuestSession {
    private final LiveSandbox live;
    private final Sandbox sandbox;
    private final Optional<TaskId> task;
    private final SessionGuest guest;
    private final AtomicBoolean closed = new AtomicBoolean();

    /** @param now the guest of the machine as it is now */
    Session(LiveSandbox live, Optional<TaskId> task, Supplier<Guest> now) {
        this.live = live;
        this.sandbox = live.view();
        this.task = task;
        this.guest = new SessionGuest(now, sandbox.environment());
    }

    @Override
    public Sandbox sandbox() {
        return sandbox;
    }

    @Override
    public Guest guest() {
        return guest;
    }

    @Override
    public void close() {
        if (!closed.getAndSet(true)) {
            try {
                guest.close();
            } finally {
                live.leave(task);
            }
        }
    }
}
