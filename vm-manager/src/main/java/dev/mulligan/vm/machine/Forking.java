package dev.mulligan.vm.machine;

import dev.mulligan.vm.CheckpointId;
import dev.mulligan.vm.VmErrorCode;
import dev.mulligan.vm.VmException;
import dev.mulligan.vm.VmId;
import dev.mulligan.vm.VmSpec;
import dev.mulligan.vm.checkpoint.LayerGraph;
import dev.mulligan.vm.checkpoint.StoredCheckpoint;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The verb that makes another machine from a checkpoint: its frozen files get a second name, and nothing is copied. */
final class Forking {
    private final MachineCore core;

    Forking(MachineCore core) {
        this.core = core;
    }

    /** Defines the other machine; returns its record. */
    MachineRecord fork(CheckpointId from, VmId id, Map<String, String> metadata) {
        StoredCheckpoint checkpoint = Checkpointing.find(core.record().checkpoints(), from);
        String memory = checkpoint
                .memory()
                .orElseThrow(() -> VmException.of(
                        VmErrorCode.CHECKPOINT_UNUSABLE,
                        "fork from checkpoint " + from,
                        "a DISK checkpoint",
                        "a FULL one, which has the memory",
                        "take a FULL checkpoint and fork from that"));
        if (core.record().spec().template().isEmpty()) {
            throw VmException.of(
                    VmErrorCode.UNSUPPORTED,
                    "fork of machine " + core.key().id(),
                    "it was booted",
                    "a machine that came from a template",
                    "make the machine from a template");
        }
        List<String> chain = core.record().layers().chain(checkpoint.layer());
        VmSpec spec = core.record().spec().named(id, metadata);
        return new Definition(core.machines(), core.hypervisor(), core.disks()).define(spec, files -> {
            chain.forEach(layer -> files.link(core.files().file(layer), layer));
            files.link(core.files().file(memory), memory);
            return record(spec, chain, checkpoint, memory);
        });
    }

    private MachineRecord record(VmSpec spec, List<String> chain, StoredCheckpoint checkpoint, String memory) {
        LayerGraph layers = LayerGraph.of(chain.getLast());
        for (int below = chain.size() - 1; below > 0; below--) {
            layers = layers.with(chain.get(below - 1), chain.get(below));
        }
        // Numbers go on where this machine's are, so that no name means two things.
        int number = core.record().counter() + 1;
        String top = MachineRecord.layerName(number);
        return MachineRecord.saved(spec, layers.with(top, chain.getFirst()), top, number, memory)
                .withAttachments(checkpoint.attachments());
    }

    /** The file below the top of a record that {@link #fork} made, as its layer names it. */
    static Optional<Path> below(MachineRecord record) {
        List<String> chain = record.layers().chain(record.top());
        return chain.size() > 1 ? Optional.of(Path.of(chain.get(1))) : Optional.empty();
    }
}
