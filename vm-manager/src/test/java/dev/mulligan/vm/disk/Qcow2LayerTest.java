package dev.mulligan.vm.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.mulligan.vm.DataSize;
import dev.mulligan.vm.DiskFormat;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Layers that we write, as we and as QEMU's own tool read them. */
final class Qcow2LayerTest {
    @TempDir
    Path directory;

    private final QemuImage disks = new QemuImage();

    @Test
    void aLayerIsSoundAndAsLargeAsItWasMade() throws IOException {
        Path layer = directory.resolve("layer-2.qcow2");
        disks.createLayer(layer, Path.of("layer-1.qcow2"), DiskFormat.QCOW2, DataSize.ofGibibytes(10));
        assertThat(disks.isSound(layer)).isTrue();
        assertThat(disks.virtualSize(layer, DiskFormat.QCOW2)).isEqualTo(DataSize.ofGibibytes(10));
        try (FileChannel file = FileChannel.open(layer, StandardOpenOption.WRITE)) {
            file.truncate(100);
        }
        assertThat(disks.isSound(layer)).as("cut off").isFalse();
        assertThat(disks.isSound(directory.resolve("none"))).isFalse();
        Files.writeString(directory.resolve("text"), "x".repeat(1000));
        assertThat(disks.isSound(directory.resolve("text"))).isFalse();
    }

    @Test
    void qemuReadsWhatWeWrite() throws IOException {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/qemu-img")), "needs qemu-img");
        Path image = directory.resolve("image.raw");
        Files.write(image, new byte[3 << 20]);
        for (DataSize size : List.of(DataSize.ofMebibytes(3), DataSize.ofGibibytes(10), DataSize.ofGibibytes(5000))) {
            Path first = directory.resolve(size.bytes() + "-1.qcow2");
            Path second = directory.resolve(size.bytes() + "-2.qcow2");
            disks.createLayer(first, image, DiskFormat.RAW, size);
            disks.createLayer(second, first.getFileName(), DiskFormat.QCOW2, size);
            assertThat(tool("check", second.toString()).output()).contains("No errors were found");
            assertThat(tool("info", "--backing-chain", second.toString()).output())
                    .contains("backing file: " + first.getFileName(), "backing file: " + image)
                    .contains("backing file format: qcow2", "backing file format: raw")
                    .contains("(" + size.bytes() + " bytes)");
            assertThat(tool("compare", "-f", "raw", "-F", "qcow2", image.toString(), second.toString())
                            .output())
                    .contains("Images are identical");
        }
    }

    private static Command.Result tool(String... arguments) {
        List<String> all = new ArrayList<>(List.of("qemu-img"));
        all.addAll(List.of(arguments));
        return new Command(all, Duration.ofSeconds(60)).run();
    }
}
