package dev.mulligan.vm.machine;

import dev.mulligan.vm.Checkpoint;
import dev.mulligan.vm.CheckpointId;
import dev.mulligan.vm.CheckpointKind;
import dev.mulligan.vm.DataSize;
import dev.mulligan.vm.VmErrorCode;
import dev.mulligan.vm.VmException;
import dev.mulligan.vm.VmState;
import dev.mulligan.vm.checkpoint.Attachment;
import dev.mulligan.vm.checkpoint.CheckpointTree;
import dev.mulligan.vm.checkpoint.StoredCheckpoint;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/** The verbs that take and forget checkpoints. */
final class Checkpointing {
    private final MachineCore core;
    private final InstantSource clock;
    private final Shortening shortening;

    Checkpointing(MachineCore core, InstantSource clock, Shortening shortening) {
        this.core = core;
        this.clock = clock;
        this.shortening = shortening;
    }

    Checkpoint take(CheckpointKind kind, String label) {
        Checkpoint.requireLabel(label);
        boolean alive = requireState(kind);
        shortening.makeRoom(alive);
        MachineRecord before = core.record();
        MachineRecord counted = before.counted();
        int number = counted.counter();
        String layer = MachineRecord.layerName(number);
        Optional<String> memory =
                kind == CheckpointKind.FULL ? Optional.of(MachineRecord.memoryName(number)) : Optional.empty();
        core.createLayer(layer, before.top());
        Duration pause = alive ? advance(counted, layer, memory) : Duration.ZERO;
        long size =
                core.files().size(before.top()) + memory.map(core.files()::size).orElse(0L);
        var checkpoint = new Checkpoint(
                new CheckpointId("c" + number),
                before.checkpoints().current(),
                kind,
                label,
                clock.instant(),
                pause,
                DataSize.ofBytes(size));
        var stored = new StoredCheckpoint(
                checkpoint, before.top(), memory, memory.isPresent() ? before.attachments() : List.of());
        core.store(counted.withTop(layer, before.top()).withCheckpoints(tree -> tree.taken(stored)));
        // What is in the past is nobody's to change, not even for a process that broke out of its guest.
        core.hypervisor().grant(core.files().file(before.top()), Hypervisor.Access.READ);
        if (alive) {
            shortening.begin();
        }
        return checkpoint;
    }

    private boolean requireState(CheckpointKind kind) {
        VmState state = switch (kind) {
            case FULL -> core.require("full checkpoint", VmState.RUNNING, VmState.PAUSED);
            case DISK ->
                core.require(
                        "disk checkpoint",
                        VmState.RUNNING,
                        VmState.PAUSED,
                        VmState.STOPPED,
                        VmState.CRASHED,
                        VmState.SAVED);
        };
        Optional<Attachment> throwaway = core.record().attachments().stream()
                .filter(Attachment::isThrowaway)
                .findAny();
        if (kind == CheckpointKind.FULL && throwaway.isPresent()) {
            throw VmException.of(
                    VmErrorCode.WRONG_STATE,
                    "full checkpoint of machine " + core.key().id(),
                    "the checkpoint disk " + throwaway.get().serial() + " is attached",
                    "no attached checkpoint, since its layer is thrown away",
                    "detach it first");
        }
        return state == VmState.RUNNING || state == VmState.PAUSED;
    }

    private Duration advance(MachineRecord counted, String layer, Optional<String> memory) {
        core.store(counted.withPending(new Pending.Advance(layer, memory)));
        Optional<Path> memoryFile = memory.map(core.files()::file);
        return core.hypervisor()
                .snapshot(core.plan(core.record().top()), core.files().file(layer), memoryFile);
    }

    void delete(CheckpointId id) {
        find(core.record().checkpoints(), id);
        core.store(core.record().withCheckpoints(tree -> tree.without(id)).withoutUnneededLayers());
        core.removeUnneeded(core.status().isPresent());
    }

    static StoredCheckpoint find(CheckpointTree tree, CheckpointId id) {
        return tree.find(id)
                .orElseThrow(() -> VmException.of(
                        VmErrorCode.CHECKPOINT_NOT_FOUND,
                        "checkpoint",
                        id,
                        tree.oldestFirst().isEmpty()
                                ? "none, this machine has no checkpoint"
                                : "one of "
                                        + tree.oldestFirst().stream()
                                                .map(StoredCheckpoint::id)
                                                .toList(),
                        "list the checkpoints of the machine"));
    }
}
