package dev.mulligan.host.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class QemuMemoryTest {
    private final Path proc;
    private final QemuMemory memory;

    QemuMemoryTest(@TempDir Path proc) {
        this.proc = proc;
        this.memory = new QemuMemory(proc, Path.of("/state/machines"));
    }

    @Test
    void countsTheMachinesOfThisHostAgentOnly() throws IOException {
        process(
                "10",
                "/usr/bin/qemu-system-x86_64\0-drive\0file=/state/machines/sb-1/disk\0",
                "Rss: 900 kB\nPss: 100 kB\n");
        process("11", "/usr/bin/qemu-system-x86_64\0-drive\0file=/elsewhere/machines/sb-2/disk\0", "Pss: 100 kB\n");
        process("12", "vim\0/state/machines/sb-1/serial.log\0", "Pss: 100 kB\n");
        process("13", "", "");
        Files.createDirectory(proc.resolve("14"));
        Files.createDirectory(proc.resolve("sys"));

        assertThat(memory.bytes()).isEqualTo(Map.of(10L, 102_400L));
    }

    @Test
    void aMachineWhoseMemoryCannotBeReadIsNotTakenForNone() throws IOException {
        process("10", "qemu\0/state/machines/sb-1\0/state/machines/sb-1/disk\0", "Rss: 900 kB\n");

        assertThatThrownBy(memory::bytes).isInstanceOf(IOException.class).hasMessageContaining("no Pss");
    }

    private void process(String id, String commandLine, String rollup) throws IOException {
        Path directory = Files.createDirectory(proc.resolve(id));
        Files.writeString(directory.resolve("cmdline"), commandLine);
        Files.writeString(directory.resolve("smaps_rollup"), rollup);
    }
}
