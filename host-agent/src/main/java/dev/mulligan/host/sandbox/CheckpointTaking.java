package dev.mulligan.host.sandbox;

import dev.mulligan.host.Actor;
import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import dev.mulligan.host.TaskId;
import dev.mulligan.host.audit.AuditEvent;
import dev.mulligan.host.guest.GuestLink;
import dev.mulligan.vm.Checkpoint;
import dev.mulligan.vm.CheckpointId;
import dev.mulligan.vm.CheckpointKind;
import dev.mulligan.vm.DataSize;
import dev.mulligan.vm.Vm;
import dev.mulligan.vm.VmErrorCode;
import dev.mulligan.vm.VmException;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes checkpoints, and deletes them. Everything here happens in the sandbox's turn. */
final class CheckpointTaking {
    private static final Logger LOG = LoggerFactory.getLogger(CheckpointTaking.class);
    private static final int ATTEMPTS = 2;

    private final SandboxContext context;
    private final Room room;
    private final Power power;

    CheckpointTaking(SandboxContext context, Room room, Power power) {
        this.context = context;
        this.room = room;
        this.power = power;
    }

    Checkpoint take(LiveSandbox sandbox, CheckpointKind kind, String label, Optional<TaskId> task, Actor actor) {
        return take(sandbox, kind, label, task, actor, Optional.empty());
    }

    private Checkpoint take(
            LiveSandbox sandbox,
            CheckpointKind kind,
            String label,
            Optional<TaskId> task,
            Actor actor,
            Optional<CheckpointId> spared) {
        Checkpoint checkpoint = make(sandbox, kind, label, task, actor);
        task.ifPresent(id -> sandbox.taken(checkpoint.id(), id));
        dropSurplus(sandbox, checkpoint, spared);
        return checkpoint;
    }

    /** A full one that will soon be deleted again: no other gives way to it. */
    Checkpoint takeInPassing(LiveSandbox sandbox, String label, Actor actor) {
        return make(sandbox, CheckpointKind.FULL, label, Optional.empty(), actor);
    }

    private Checkpoint make(
            LiveSandbox sandbox, CheckpointKind kind, String label, Optional<TaskId> task, Actor actor) {
        room.requireDisk(kind == CheckpointKind.FULL ? sandbox.view().size().memory() : DataSize.ZERO, "a checkpoint");
        Checkpoint.requireLabel(label);
        record(sandbox, kind, label, task, actor);
        return switch (kind) {
            case FULL -> full(sandbox, label, actor);
            case DISK -> disk(sandbox, label, task, actor);
        };
    }

    /** {@code UNKNOWN_CHECKPOINT}; {@code CHECKPOINT_IN_USE} if a task that runs may want to return to it. */
    void delete(LiveSandbox sandbox, CheckpointId checkpoint, Actor actor) {
        Checkpoint known = new CheckpointChoice(sandbox.vm()).known(checkpoint);
        if (sandbox.needed().contains(checkpoint)) {
            throw HostException.of(HostErrorCode.CHECKPOINT_IN_USE, "a running task would return to the checkpoint")
                    .value(checkpoint)
                    .remedy("wait for the task, or cancel it")
                    .build();
        }
        context.audit()
                .append(AuditEvent.of("checkpoint.deleted", actor)
                        .withSandbox(sandbox.id())
                        .withDetails(Map.of("checkpoint", checkpoint.value(), "label", known.label())));
        sandbox.vm().deleteCheckpoint(checkpoint);
    }

    private void record(LiveSandbox sandbox, CheckpointKind kind, String label, Optional<TaskId> task, Actor actor) {
        AuditEvent event = AuditEvent.of("checkpoint.created", actor)
                .withSandbox(sandbox.id())
                .withDetails(Map.of("kind", kind.name(), "label", label));
        context.audit().append(task.map(event::withTask).orElse(event));
    }

    private Checkpoint full(LiveSandbox sandbox, String label, Actor actor) {
        if (sandbox.state() != SandboxState.PAUSED) {
            // Without its guest: a rollback must be possible when the guest agent is dead.
            power.ensurePowered(sandbox, actor);
        }
        Vm vm = sandbox.vm();
        Optional<Checkpoint> begin = beginning(sandbox, vm);
        if (begin.isPresent()) {
            return begin.get();
        }
        ThrowawayDisks.detachAll(vm);
        // Writing the memory takes its time, and the guest cannot answer meanwhile.
        sandbox.link().ifPresent(link -> link.expectStillness(true));
        Checkpoint checkpoint;
        try {
            checkpoint = vm.checkpoint(CheckpointKind.FULL, label);
        } finally {
            sandbox.link().ifPresent(link -> link.expectStillness(sandbox.state() == SandboxState.PAUSED));
        }
        if (sandbox.state() != SandboxState.PAUSED) {
            power.resynchronise(sandbox);
        }
        return checkpoint;
    }

    /** A machine that nobody has been in can return to its template's moment, which costs nothing. */
    private static Optional<Checkpoint> beginning(LiveSandbox sandbox, Vm vm) {
        if (!sandbox.isUntouched()) {
            return Optional.empty();
        }
        return vm.current()
                .flatMap(current -> vm.checkpoints().stream()
                        .filter(checkpoint -> checkpoint.id().equals(current))
                        .filter(checkpoint -> checkpoint.label().equals(Checkpoint.FROM_TEMPLATE))
                        .findFirst());
    }

    private Checkpoint disk(LiveSandbox sandbox, String label, Optional<TaskId> task, Actor actor) {
        GuestLink link = power.ensureRunning(sandbox, actor);
        for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
            if (attempt > 1) {
                record(sandbox, CheckpointKind.DISK, label, task, actor);
            }
            Optional<Checkpoint> whole = frozen(sandbox, link, label);
            if (whole.isPresent()) {
                return whole.get();
            }
            LOG.info("the file systems of {} thawed too early, attempt {}", sandbox.id(), attempt);
        }
        throw HostException.of(HostErrorCode.GUEST_MISBEHAVED, "the file systems did not stay frozen")
                .value(view(sandbox))
                .expected("frozen for as long as a checkpoint takes, within "
                        + context.config().freeze())
                .remedy("try again; see whether this host is overloaded")
                .build();
    }

    /** Empty if the guest thawed before the disk was taken: then it may be torn, and is dropped. */
    private Optional<Checkpoint> frozen(LiveSandbox sandbox, GuestLink link, String label) {
        Vm vm = sandbox.vm();
        try {
            link.freeze(context.config().freeze());
        } catch (HostException refused) {
            if (refused.code() != HostErrorCode.FILE_CONFLICT) {
                throw refused;
            }
            // Still frozen by a call that was cut off.
            LOG.info("thawed {}: {}", vm.id(), link.thaw());
            return Optional.empty();
        }
        Checkpoint checkpoint;
        try {
            checkpoint = vm.checkpoint(CheckpointKind.DISK, label);
        } catch (VmException failed) {
            thawAfter(failed, link);
            throw failed;
        }
        boolean whole = false;
        try {
            whole = link.thaw();
        } finally {
            if (!whole) {
                recordDeletion(sandbox, checkpoint.id(), "torn");
                vm.deleteCheckpoint(checkpoint.id());
            }
        }
        return whole ? Optional.of(checkpoint) : Optional.empty();
    }

    /** A guest left frozen would stand still until it thaws by itself. */
    private static void thawAfter(VmException failed, GuestLink link) {
        try {
            LOG.info("thawed after a failed checkpoint: {}", link.thaw());
        } catch (HostException second) {
            failed.addSuppressed(second);
        }
    }

    /**
     * The state before a rollback, so that it can be taken back: of a machine that runs, memory and disk; of one that
     * died, or that does not let go of a disk from an earlier rollback, the disk as it is.
     *
     * @param target is not taken for surplus
     */
    Checkpoint before(
            LiveSandbox sandbox,
            CheckpointKind kind,
            String label,
            RollbackRequest request,
            CheckpointId target,
            Actor actor) {
        if (sandbox.state() == SandboxState.BROKEN
                || (kind == CheckpointKind.FULL && keepsThrowawayDisk(sandbox, actor))) {
            return diskAsItIs(sandbox, label, request, actor);
        }
        try {
            return take(sandbox, kind, label, request.task(), actor, Optional.of(target));
        } catch (VmException failed) {
            if (failed.code() != VmErrorCode.CHECKPOINT_UNUSABLE || sandbox.state() != SandboxState.SAVED) {
                throw failed;
            }
            // Another hypervisor froze its memory: of the state before, what can be kept is the disk.
            LOG.warn("sandbox {} cannot go on: {}", sandbox.id(), failed.getMessage());
            return diskAsItIs(sandbox, label, request, actor);
        }
    }

    private Checkpoint diskAsItIs(LiveSandbox sandbox, String label, RollbackRequest request, Actor actor) {
        room.requireDisk(DataSize.ZERO, "a checkpoint");
        record(sandbox, CheckpointKind.DISK, label, request.task(), actor);
        return sandbox.vm().checkpoint(CheckpointKind.DISK, label);
    }

    private boolean keepsThrowawayDisk(LiveSandbox sandbox, Actor actor) {
        if (ThrowawayDisks.plugged(sandbox.vm()).isEmpty()) {
            return false;
        }
        if (sandbox.state() != SandboxState.PAUSED) {
            power.ensurePowered(sandbox, actor);
        }
        ThrowawayDisks.detachAll(sandbox.vm());
        return !ThrowawayDisks.plugged(sandbox.vm()).isEmpty();
    }

    private void recordDeletion(LiveSandbox sandbox, CheckpointId checkpoint, String why) {
        context.audit()
                .append(AuditEvent.of("checkpoint.deleted", Actor.HOST)
                        .withSandbox(sandbox.id())
                        .withDetails(Map.of("checkpoint", checkpoint.value(), "why", why)));
    }

    private void dropSurplus(LiveSandbox sandbox, Checkpoint newest, Optional<CheckpointId> spared) {
        Vm vm = sandbox.vm();
        Set<CheckpointId> needed = new HashSet<>(sandbox.needed());
        needed.add(newest.id());
        spared.ifPresent(needed::add);
        for (CheckpointId surplus : context.config().retention().surplus(vm.checkpoints(), needed)) {
            recordDeletion(sandbox, surplus, "retention");
            try {
                vm.deleteCheckpoint(surplus);
            } catch (VmException later) {
                // The checkpoint that was asked for is there; the next one tries again.
                LOG.warn("surplus checkpoint {} of {} stays: {}", surplus, sandbox.id(), later.getMessage());
                return;
            }
        }
    }

    private static String view(LiveSandbox sandbox) {
        return sandbox.view().name();
    }
}
