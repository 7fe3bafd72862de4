package dev.mulligan.host.sandbox;

import dev.mulligan.host.Actor;
import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import dev.mulligan.host.audit.AuditEvent;
import dev.mulligan.host.guest.GuestLink;
import dev.mulligan.vm.DataSize;
import dev.mulligan.vm.Vm;
import dev.mulligan.vm.VmState;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Pause, save, go on; and the connection to a guest that runs. Everything here happens in the sandbox's turn. */
final class Power {
    private static final Logger LOG = LoggerFactory.getLogger(Power.class);

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

    /**
     * Lets the machine of a broken sandbox stand still, or ends its process: its disk is what a rollback keeps of it.
     * Returns whether it did something.
     */
    boolean restBroken(LiveSandbox sandbox, boolean end, Actor actor) {
        Optional<Vm> machine = context.vms().find(sandbox.machine());
        VmState state = machine.map(Vm::state).orElse(VmState.STOPPED);
        boolean alive = state == VmState.RUNNING || state == VmState.PAUSED;
        if (!alive || (!end && state == VmState.PAUSED)) {
            return false;
        }
        record(end ? "sandbox.stopped" : "sandbox.paused", sandbox, actor);
        machine.ifPresent(end ? Vm::stop : Vm::pause);
        return true;
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
                resynchronise(sandbox);
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

    /** After a machine stood still, and its clock with it. A guest that cannot do it is connected to anew. */
    void resynchronise(LiveSandbox sandbox) {
        sandbox.link().ifPresent(link -> {
            try {
                link.resynchronise();
            } catch (HostException failed) {
                sandbox.unlink(HostErrorCode.GUEST_UNREACHABLE, "the guest's clock could not be set");
                LOG.info("clock of {}: {}", sandbox.id(), failed.getMessage());
            }
        });
    }

    private GuestLink connect(LiveSandbox sandbox) {
        if (sandbox.observe()) {
            throw broken(sandbox);
        }
        GuestLink link = new GuestWait(context.connector())
                .connect(sandbox.vm(), sandbox.identity(), context.config().reconnect());
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
