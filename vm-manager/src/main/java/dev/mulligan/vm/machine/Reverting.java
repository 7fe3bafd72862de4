package dev.mulligan.vm.machine;

import dev.mulligan.vm.CheckpointId;
import dev.mulligan.vm.VmErrorCode;
import dev.mulligan.vm.VmException;
import dev.mulligan.vm.checkpoint.Attachment;
import dev.mulligan.vm.checkpoint.StoredCheckpoint;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The way back. The checkpoint is only ever read: the machine returns to a new layer on top of it, and the present
 * layer is dropped when the new domain is there.
 */
final class Reverting {
    private final MachineCore core;
    private final Shortening shortening;

    Reverting(MachineCore core, Shortening shortening) {
        this.core = core;
        this.shortening = shortening;
    }

    void revert(CheckpointId id) {
        StoredCheckpoint checkpoint = Checkpointing.find(core.record().checkpoints(), id);
        requireUsable(checkpoint);
        if (core.status().isPresent()) {
            shortening.end();
        }
        MachineRecord counted = core.record().counted();
        String layer = MachineRecord.layerName(counted.counter());
        core.createLayer(layer, checkpoint.layer());
        var back = new Pending.Return(id, layer);
        core.store(counted.withPending(back));
        Optional<Path> memory = checkpoint.memory().map(core.files()::file);
        if (!inPlace(core.plan(layer), memory, checkpoint)) {
            core.hypervisor().destroy(core.key());
            bring(core.plan(layer), memory);
        }
        core.store(Settlement.returned(core.record(), back));
        if (memory.isPresent()) {
            core.hypervisor().resume(core.key());
        }
        core.removeUnneeded(true);
    }

    /** The quick way, with the process that is there: not if other disks are plugged in than then. */
    private boolean inPlace(DomainPlan plan, Optional<Path> memory, StoredCheckpoint checkpoint) {
        return memory.isPresent()
                && mayBeInPlace(checkpoint)
                && isOfThisProcess(memory.get())
                && core.hypervisor().rewind(plan, memory.get());
    }

    private boolean mayBeInPlace(StoredCheckpoint checkpoint) {
        boolean sameDisks = checkpoint.attachments().equals(core.record().attachments());
        return sameDisks && core.status().isPresent();
    }

    private boolean isOfThisProcess(Path memory) {
        return core.hypervisor().frozenBy(memory).equals(core.hypervisor().runsOn(core.key()));
    }

    /** The process that is there, which may have been started before an upgrade, or a new one. */
    private String loader(StoredCheckpoint checkpoint, Path memory) {
        return mayBeInPlace(checkpoint) && isOfThisProcess(memory)
                ? core.hypervisor().runsOn(core.key()).orElseThrow()
                : core.hypervisor().identity();
    }

    /** With a memory, paused: nothing runs while the record does not say yet that the machine is there. */
    private void bring(DomainPlan plan, Optional<Path> memory) {
        memory.ifPresentOrElse(
                file -> core.hypervisor().restore(plan, file, true),
                () -> core.hypervisor().boot(plan));
    }

    /** Everything that can be known to fail is found out while the present process still runs. */
    private void requireUsable(StoredCheckpoint checkpoint) {
        for (String layer : core.record().layers().chain(checkpoint.layer())) {
            Path file = core.files().file(layer);
            if (!core.disks().isSound(file)) {
                throw unusable(checkpoint, "disk layer " + file, "a readable qcow2 file");
            }
        }
        checkpoint.memory().map(core.files()::file).ifPresent(memory -> {
            if (!core.hypervisor().isComplete(memory)) {
                throw unusable(checkpoint, "memory file " + memory, "a complete file");
            }
            core.requireFits("checkpoint " + checkpoint.id(), memory, loader(checkpoint, memory));
        });
        for (Attachment attachment : checkpoint.attachments()) {
            Path file = attachment.disk().file();
            if (!Files.isReadable(file)) {
                throw unusable(checkpoint, "attached disk " + file, "the file that was attached at the time");
            }
        }
    }

    private static VmException unusable(StoredCheckpoint checkpoint, String what, String expected) {
        return VmException.of(
                VmErrorCode.CHECKPOINT_UNUSABLE,
                "checkpoint " + checkpoint.id() + ": " + what,
                "missing or damaged",
                expected,
                "bring the file back, or return to another checkpoint");
    }
}
