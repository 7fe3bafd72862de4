package dev.mulligan.host.sandbox;

import dev.mulligan.host.Actor;
import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import dev.mulligan.host.audit.AuditEvent;
import dev.mulligan.host.guest.GuestLink;
import dev.mulligan.vm.DataSize;

/** Pause, save, go on; and the connection to a guest that runs. Everything here happens in the sandbox's turn. */
final class Power {
    private final SandboxContext context;
    private final Room room;

    Power(SandboxContext context, Room room) {
        this.context = context;
        this.room = room;
    }

    void pause(LiveSandbox sandbox, boolean save, Actor actor) {
        switch (sandbox.state()) {
            case READY -> {
                if (save) {
                    save(sandbox, actor);
                } else {
                    record("sandbox.paused", sandbox, actor);
                    sandbox.vm().pause();
                    sandbox.link().ifPresent(link -> link.expectStillness(true));
                    sandbox.become(SandboxState.PAUSED, "");
                }
            }
            case PAUSED -> {
                if (save) {
                    save(sandbox, actor);
                }
            }
            case SAVED -> {}
            case BROKEN, STARTING, DELETING -> throw broken(sandbox);
        }
    }

    private void save(LiveSandbox sandbox, Actor actor) {
        room.requireDisk(sandbox.view().size().memory(), "the memory of the sandbox");
        record("sandbox.saved", sandbox, actor);
        sandbox.unlink(HostErrorCode.GUEST_UNREACHABLE, "the sandbox was saved");
        sandbox.vm().save();
        sandbox.become(SandboxState.SAVED, "");
    }

    /** Makes the machine run and its guest agent answer. */
    GuestLink ensureRunning(LiveSandbox sandbox, Actor actor) {
        ensurePowered(sandbox, actor);
        return sandbox.link().orElseGet(() -> connect(sandbox));
    }

    /** Makes the machine run; its guest agent may be dead. */
    void ensurePowered(LiveSandbox sandbox, Actor actor) {
        switch (sandbox.state()) {
            case READY -> {}
            case PAUSED -> {
                // It may stand still because the disk was full: going on would stop it again.
                room.requireDisk(DataSize.ZERO, "the sandbox to go on");
                record("sandbox.resumed", sandbox, actor);
                sandbox.vm().resume();
                sandbox.become(SandboxState.READY, "");
                sandbox.link().ifPresent(link -> link.expectStillness(false));
            }
            case SAVED -> {
                try (Room.Promise _ = room.promiseMemory(sandbox.view().size().memory())) {
                    record("sandbox.resumed", sandbox, actor);
                    sandbox.vm().start();
                    sandbox.become(SandboxState.READY, "");
                }
            }
            case BROKEN, STARTING, DELETING -> throw broken(sandbox);
        }
    }

    private GuestLink connect(LiveSandbox sandbox) {
        if (sandbox.observe()) {
            throw broken(sandbox);
        }
        GuestLink link = new GuestWait(context.connector())
                .connect(sandbox.vm(), context.config().reconnect());
        sandbox.linked(link);
        return link;
    }

    private void record(String kind, LiveSandbox sandbox, Actor actor) {
        context.audit().append(AuditEvent.of(kind, actor).withSandbox(sandbox.id()));
    }

    static HostException broken(LiveSandbox sandbox) {
        Sandbox view = sandbox.view();
        return HostException.of(HostErrorCode.SANDBOX_BROKEN, "the sandbox cannot be used")
                .value(view.name() + " is " + view.state() + (view.reason().isEmpty() ? "" : ": " + view.reason()))
                .expected("a sandbox that is READY, PAUSED or SAVED")
                .remedy("roll it back to a checkpoint, or delete it")
                .build();
    }
}
