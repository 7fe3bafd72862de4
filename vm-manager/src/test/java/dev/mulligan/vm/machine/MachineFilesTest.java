package dev.mulligan.vm.machine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mulligan.vm.DataSize;
import dev.mulligan.vm.DiskFormat;
import dev.mulligan.vm.VmId;
import dev.mulligan.vm.VmSpec;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class MachineFilesTest {
    @TempDir
    private Path directory;

    /** A client that goes away interrupts its call, which may be in the middle of a verb. */
    @Test
    void anInterruptNeitherTearsNorRefusesARecord() {
        MachineFiles files = new MachineFiles(directory.resolve("one"));
        MachineRecord record = MachineRecord.of(new VmSpec(
                new VmId("one"),
                directory.resolve("disk"),
                DiskFormat.RAW,
                DataSize.ofMebibytes(1),
                directory.resolve("kernel"),
                directory.resolve("initrd"),
                "",
                DataSize.ofMebibytes(64),
                1,
                Map.of()));
        Thread.currentThread().interrupt();
        files.create();
        files.store(record);
        assertThat(Thread.interrupted()).isTrue();
        assertThat(files.load()).isEqualTo(record);
        Thread.currentThread().interrupt();
        files.removeAll();
        assertThat(Thread.interrupted()).isTrue();
        assertThat(directory.resolve("one")).doesNotExist();
    }
}
