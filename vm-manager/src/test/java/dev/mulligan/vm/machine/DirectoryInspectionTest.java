package dev.mulligan.vm.machine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mulligan.vm.CheckpointKind;
import dev.mulligan.vm.GuestFactory;
import dev.mulligan.vm.InMemoryVmManager;
import dev.mulligan.vm.Specs;
import dev.mulligan.vm.Vm;
import dev.mulligan.vm.VmId;
import dev.mulligan.vm.VmManager;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DirectoryInspectionTest {
    @TempDir
    private Path directory;

    @Test
    void whatMachinesAndCheckpointsStandOnIsNeeded() {
        try (InMemoryVmManager vms = new InMemoryVmManager(directory, GuestFactory.silent())) {
            Vm machine = vms.define(Specs.any(new VmId("whole")));
            machine.start();
            var _ = machine.checkpoint(CheckpointKind.FULL, "full");
            var _ = machine.checkpoint(CheckpointKind.DISK, "disk");
            assertThat(VmManager.inspect(directory)).isEmpty();
            machine.stop();
        }
        assertThat(VmManager.inspect(directory)).isEmpty();
    }

    @Test
    void whatNoneNeedsIsNamedAndStaysWhereItIs() throws IOException {
        try (InMemoryVmManager vms = new InMemoryVmManager(directory, GuestFactory.silent())) {
            var _ = vms.define(Specs.any(new VmId("whole")));
        }
        Path files = directory.resolve("whole/files");
        Path layer = Files.createFile(files.resolve("layer-73.qcow2"));
        Path memory = Files.createFile(files.resolve("memory-74.save"));
        Path broken = Files.createDirectory(directory.resolve("broken"));
        Files.writeString(broken.resolve("vm.json"), "{\"format\":");
        Path unfinished = Files.createDirectory(directory.resolve(".defining-other"));

        assertThat(VmManager.inspect(directory))
                .extracting(found -> found.kind() + " " + found.name() + " " + found.removable())
                .containsExactly(
                        "DIRECTORY " + unfinished + " true",
                        "DIRECTORY " + broken + " false",
                        "LAYER " + layer + " true",
                        "MEMORY " + memory + " true");
        assertThat(layer).exists();
    }

    @Test
    void whereThereAreNoMachinesThereIsNothing() {
        assertThat(VmManager.inspect(directory.resolve("nowhere"))).isEmpty();
    }
}
