package dev.mulligan.vm.machine;

import dev.mulligan.vm.VmSpec;
import dev.mulligan.vm.checkpoint.Attachment;
import dev.mulligan.vm.checkpoint.CheckpointTree;
import dev.mulligan.vm.checkpoint.LayerGraph;
import dev.mulligan.vm.checkpoint.StoredCheckpoint;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Everything that is written down about a machine: the content of {@code vm.json}.
 *
 * @param spec what it was defined from
 * @param power what it should be doing
 * @param layers its disk layers
 * @param top the layer that is written to; no checkpoint stands on it
 * @param checkpoints the states to which it can return
 * @param memory the saved memory, exactly while {@code power} is SAVED or a continuation is under way
 * @param attachments the disks that are plugged in
 * @param counter the number of the last file that was named; numbers are never used twice
 * @param pending the change under way
 */
record MachineRecord(
        VmSpec spec,
        Power power,
        LayerGraph layers,
        String top,
        CheckpointTree checkpoints,
        Optional<String> memory,
        List<Attachment> attachments,
        int counter,
        Optional<Pending> pending) {

    MachineRecord {
        attachments = List.copyOf(attachments);
        if (!layers.contains(top)) {
            throw new IllegalArgumentException(
                    "top: " + top + " (expected: one of " + layers.parents().keySet() + ")");
        }
    }

    static MachineRecord of(VmSpec spec) {
        return new MachineRecord(
                spec,
                Power.OFF,
                LayerGraph.of(layerName(1)),
                layerName(1),
                CheckpointTree.EMPTY,
                Optional.empty(),
                List.of(),
                1,
                Optional.empty());
    }

    /** A machine whose first start goes on from a memory file. */
    static MachineRecord saved(VmSpec spec, LayerGraph layers, String top, int counter, String memory) {
        return new MachineRecord(
                spec,
                Power.SAVED,
                layers,
                top,
                CheckpointTree.EMPTY,
                Optional.of(memory),
                List.of(),
                counter,
                Optional.empty());
    }

    static String layerName(int number) {
        return "layer-" + number + ".qcow2";
    }

    static String memoryName(int number) {
        return "memory-" + number + ".save";
    }

    static String throwawayName(int number) {
        return "throwaway-" + number + ".qcow2";
    }

    /** Every layer that must stay: for the machine, for a checkpoint, for an attached checkpoint, for what is pending. */
    MachineRecord withoutUnneededLayers() {
        Set<String> roots = new LinkedHashSet<>();
        roots.add(top);
        checkpoints.oldestFirst().forEach(checkpoint -> roots.add(checkpoint.layer()));
        attachments.forEach(attachment -> attachment.standsOn().ifPresent(roots::add));
        return withLayers(layers.retain(roots));
    }

    /** The names of all files that this record needs, the ones of a pending change included. */
    Set<String> files() {
        Stream<String> underWay = pending.stream().flatMap(change -> switch (change) {
            case Pending.Advance advance -> Stream.concat(Stream.of(advance.layer()), advance.memory().stream());
            case Pending.Return back -> Stream.of(back.layer());
            case Pending.Save save -> Stream.of(save.memory());
            case Pending.Continue _, Pending.Delete _ -> Stream.empty();
        });
        var files = new LinkedHashSet<>(layers.parents().keySet());
        checkpoints.oldestFirst().stream().map(StoredCheckpoint::memory).forEach(name -> name.ifPresent(files::add));
        attachments.stream()
                .filter(Attachment::isThrowaway)
                .forEach(attachment ->
                        files.add(attachment.disk().file().getFileName().toString()));
        memory.ifPresent(files::add);
        underWay.forEach(files::add);
        return files;
    }

    boolean isBeingDeleted() {
        return pending.filter(Pending.Delete.class::isInstance).isPresent();
    }

    MachineRecord withPower(Power changed) {
        return new MachineRecord(spec, changed, layers, top, checkpoints, memory, attachments, counter, pending);
    }

    MachineRecord withLayers(LayerGraph changed) {
        return new MachineRecord(spec, power, changed, top, checkpoints, memory, attachments, counter, pending);
    }

    /** The machine now writes to a new layer on top of an existing one. */
    MachineRecord withTop(String layer, String below) {
        return new MachineRecord(
                spec, power, layers.with(layer, below), layer, checkpoints, memory, attachments, counter, pending);
    }

    /** The machine now writes to a layer that is there. */
    MachineRecord withTop(String layer) {
        return new MachineRecord(spec, power, layers, layer, checkpoints, memory, attachments, counter, pending);
    }

    MachineRecord withCheckpoints(UnaryOperator<CheckpointTree> change) {
        return new MachineRecord(
                spec, power, layers, top, change.apply(checkpoints), memory, attachments, counter, pending);
    }

    MachineRecord withMemory(Optional<String> changed) {
        return new MachineRecord(spec, power, layers, top, checkpoints, changed, attachments, counter, pending);
    }

    /** The files of others that it needs as they are: of the disks that are plugged in, or were at a checkpoint. */
    Set<Path> attachedFiles() {
        return Stream.concat(
                        attachments.stream(),
                        checkpoints.oldestFirst().stream().flatMap(stored -> stored.attachments().stream()))
                .filter(attachment -> !attachment.isThrowaway())
                .map(attachment -> attachment.disk().file())
                .collect(Collectors.toUnmodifiableSet());
    }

    MachineRecord withAttachments(List<Attachment> changed) {
        return new MachineRecord(spec, power, layers, top, checkpoints, memory, changed, counter, pending);
    }

    MachineRecord withPending(Pending change) {
        return new MachineRecord(
                spec, power, layers, top, checkpoints, memory, attachments, counter, Optional.of(change));
    }

    MachineRecord settled() {
        return new MachineRecord(spec, power, layers, top, checkpoints, memory, attachments, counter, Optional.empty());
    }

    /** With the next number taken. */
    MachineRecord counted() {
        return new MachineRecord(spec, power, layers, top, checkpoints, memory, attachments, counter + 1, pending);
    }
}
