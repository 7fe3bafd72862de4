package dev.mulligan.vm.machine;

import dev.mulligan.vm.Checkpoint;
import dev.mulligan.vm.CheckpointId;
import dev.mulligan.vm.CheckpointKind;
import dev.mulligan.vm.DataSize;
import dev.mulligan.vm.DiskFormat;
import dev.mulligan.vm.VmErrorCode;
import dev.mulligan.vm.VmException;
import dev.mulligan.vm.VmManager;
import dev.mulligan.vm.VmSpec;
import dev.mulligan.vm.checkpoint.LayerGraph;
import dev.mulligan.vm.checkpoint.StoredCheckpoint;
import dev.mulligan.vm.disk.DiskTool;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Makes a machine's directory: under another name first, so that a directory with the machine's name is whole. */
final class Definition {
    /** Begins the name of a directory that is still being made. No machine id begins with a dot. */
    static final String UNFINISHED = ".defining-";

    private final Path directory;
    private final Hypervisor hypervisor;
    private final DiskTool disks;

    Definition(Path directory, Hypervisor hypervisor, DiskTool disks) {
        this.directory = directory;
        this.hypervisor = hypervisor;
        this.disks = disks;
    }

    /** A machine that boots. */
    MachineRecord define(VmSpec spec) {
        return define(spec, files -> MachineRecord.of(spec));
    }

    /** A machine that goes on from a template, and can return to that moment: its first checkpoint costs nothing. */
    MachineRecord define(VmSpec spec, TemplateFiles template, InstantSource clock) {
        requireFits(spec, template);
        String memory = MachineRecord.memoryName(1);
        String empty = MachineRecord.layerName(1);
        return define(spec, files -> {
            files.copy(template.moment(), memory);
            disks.createLayer(files.file(empty), spec.disk(), spec.diskFormat(), spec.diskSize());
            hypervisor.grant(files.file(memory), Hypervisor.Access.READ);
            hypervisor.grant(files.file(empty), Hypervisor.Access.READ);
            var moment = new Checkpoint(
                    new CheckpointId("c1"),
                    Optional.empty(),
                    CheckpointKind.FULL,
                    Checkpoint.FROM_TEMPLATE,
                    clock.instant(),
                    Duration.ZERO,
                    DataSize.ofBytes(files.size(memory)));
            String top = MachineRecord.layerName(2);
            return MachineRecord.saved(spec, LayerGraph.of(empty).with(top, empty), top, 2, memory)
                    .withCheckpoints(
                            tree -> tree.taken(new StoredCheckpoint(moment, empty, Optional.of(memory), List.of())));
        });
    }

    /** A process that maps more or less of the template's memory than there is would not live long. */
    private static void requireFits(VmSpec spec, TemplateFiles template) {
        DataSize there = DataSize.ofBytes(template.memory().toFile().length());
        if (!there.equals(spec.base())) {
            throw VmException.of(
                    VmErrorCode.INVALID_ARGUMENT,
                    "memory without its burst",
                    spec.base(),
                    there + ", as the template's",
                    "find the template of this shape");
        }
    }

    /**
     * Makes the directory.
     *
     * @param fill puts the files there on which the machine's first layer stands, and says what its record is
     */
    MachineRecord define(VmSpec spec, Function<MachineFiles, MachineRecord> fill) {
        var target = new MachineFiles(directory.resolve(spec.id().value()));
        requireFree(target);
        requireShort(target);
        hypervisor.verify(spec);
        requireRoom(spec);
        var unfinished = new MachineFiles(directory.resolve(UNFINISHED + spec.id()));
        try {
            unfinished.create();
            MachineRecord record = fill.apply(unfinished);
            Path layer = unfinished.file(record.top());
            Optional<Path> below = Forking.below(record);
            disks.createLayer(
                    layer,
                    below.orElse(spec.disk()),
                    below.isPresent() ? DiskFormat.QCOW2 : spec.diskFormat(),
                    spec.diskSize());
            hypervisor.grant(layer, Hypervisor.Access.WRITE);
            unfinished.store(record);
            Files.move(unfinished.root(), target.root(), StandardCopyOption.ATOMIC_MOVE);
            return record;
        } catch (IOException e) {
            unfinished.removeAll();
            requireFree(target);
            throw new VmException(VmErrorCode.STORAGE_FAILED, "machine directory cannot be made: " + target.root(), e);
        } catch (RuntimeException e) {
            unfinished.removeAll();
            throw e;
        }
    }

    private static void requireFree(MachineFiles target) {
        if (Files.exists(target.root())) {
            throw VmException.of(
                    VmErrorCode.ALREADY_EXISTS,
                    "machine",
                    target.root().getFileName(),
                    "an id that is not in use",
                    "choose another id or delete that machine");
        }
    }

    private static void requireShort(MachineFiles target) {
        int length = target.port().toString().getBytes(StandardCharsets.UTF_8).length;
        if (length > VmManager.LONGEST_SOCKET_PATH) {
            throw VmException.of(
                    VmErrorCode.INVALID_ARGUMENT,
                    "socket path " + target.port(),
                    length + " bytes",
                    "at most " + VmManager.LONGEST_SOCKET_PATH,
                    "use a shorter machine directory or id");
        }
    }

    private void requireRoom(VmSpec spec) {
        DataSize needed = disks.virtualSize(spec.disk(), spec.diskFormat());
        if (needed.compareTo(spec.diskSize()) > 0) {
            throw VmException.of(
                    VmErrorCode.INVALID_ARGUMENT,
                    "disk size",
                    spec.diskSize(),
                    "at least " + needed + ", the size of " + spec.disk(),
                    "ask for a larger disk");
        }
    }
}
