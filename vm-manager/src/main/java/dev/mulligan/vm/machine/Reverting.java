package dev.mulligan.vm.machine;

import dev.mulligan.vm.CheckpointId;
import dev.mulligan.vm.VmErrorCode;
import dev.mulligan.vm.VmException;
import dev.mulligan.vm.checkpoint.Attachment;
import dev.mulligan.vm.checkpoint.StoredCheckpoint;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The way back. The checkpoint is only ever read: the machine returns to a new layer on top of it, and the present
 * layer is dropped when the new domain is there.
 */
final class Reverting {
    private static final Logger LOG = LoggerFactory.getLogger(Reverting.class);

    private final MachineCore core;
    private final Shortening shortening;

    Reverting(MachineCore core, Shortening shortening) {
        this.core = core;
        this.shortening = shortening;
    }

    /** @param still called before a machine with its memory goes on */
    void revert(CheckpointId id, Runnable still) {
        StoredCheckpoint checkpoint = Checkpointing.find(core.record().checkpoints(), id);
        requireUsable(checkpoint);
        Optional<Path> memory = checkpoint.memory().map(core.files()::file);
        boolean alive = core.status().isPresent();
        boolean inPlace =
                alive && memory.filter(file -> mayBeInPlace(checkpoint, file)).isPresent();
        if (!inPlace) {
            memory.ifPresent(file -> requireFits(checkpoint, file));
        }
        if (alive) {
            shortening.end();
        }
        MachineRecord counted = core.record().counted();
        String layer = MachineRecord.layerName(counted.counter());
        core.createLayer(layer, checkpoint.layer());
        var change = new Pending.Return(id, layer);
        core.store(counted.withPending(change));
        boolean back = inPlace && rewound(core.plan(layer), memory.orElseThrow());
        if (!back) {
            memory.ifPresent(file -> requireFits(checkpoint, file));
            core.hypervisor().destroy(core.key());
            bring(core.plan(layer), memory);
        }
        core.store(Settlement.returned(core.record(), change));
        if (memory.isPresent()) {
            still.run();
            core.hypervisor().resume(core.key());
        }
        if (back) {
            tidy(core.plan(layer));
        }
        core.removeUnneeded(true);
    }

    /**
     * Whether the process that is there may go on from the memory: not if other disks are plugged in than then, nor if
     * another hypervisor runs it than froze the memory. It may itself be older than the present one.
     */
    private boolean mayBeInPlace(StoredCheckpoint checkpoint, Path memory) {
        return checkpoint.attachments().equals(core.record().attachments())
                && core.hypervisor().frozenBy(memory).equals(core.hypervisor().runsOn(core.key()));
    }

    /** A guest can throw out devices, which its process then lacks: a new one has all of them. */
    private boolean rewound(DomainPlan plan, Path memory) {
        try {
            return core.hypervisor().rewind(plan, memory);
        } catch (VmException e) {
            LOG.warn(
                    "machine {} cannot return in its process, and gets another: {}",
                    core.key().id(),
                    e.getMessage());
            return false;
        }
    }

    /** What it keeps open now it lets go of at the next return. */
    private void tidy(DomainPlan plan) {
        try {
            core.hypervisor().tidy(plan);
        } catch (VmException e) {
            LOG.info(
                    "machine {} keeps files of a disk that it had: {}",
                    core.key().id(),
                    e.getMessage());
        }
    }

    private void requireFits(StoredCheckpoint checkpoint, Path memory) {
        core.requireFits("checkpoint " + checkpoint.id(), memory);
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
