package dev.mulligan.host;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mulligan.host.real.HostAgentProcess;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The daemon as a process, on a host that is not ready for it. */
final class DaemonTest {
    @TempDir
    Path state;

    @Test
    void withoutAHypervisorItSaysWhatToDoAndLeavesNothingRunning() throws Exception {
        Files.writeString(state.resolve("config.yaml"), "hypervisor: qemu+unix:///system?socket=/nowhere\n");

        Ended ended = run();

        assertThat(ended.code()).isEqualTo(1);
        assertThat(ended.errors())
                .startsWith("mulligan: connection to qemu+unix://")
                .contains("start libvirtd");
        assertThat(Files.readString(state.resolve("log/host-agent.log"))).contains("the host agent ends");
        assertThat(state.resolve("run/host.sock")).doesNotExist();
    }

    @Test
    void aMistakeInItsConfigurationIsShownWithItsPlace() throws Exception {
        Files.writeString(state.resolve("config.yaml"), "sandbox:\n  memroy: 1Gi\n");

        Ended ended = run();

        assertThat(ended.code()).isEqualTo(1);
        assertThat(ended.errors()).contains("config.yaml, line 2, column 3: unknown key: sandbox.memroy");
    }

    /** Killed, it leaves a file behind that nobody else removes; it starts also where it may not unpack to /tmp. */
    @Test
    void whatAKilledOneUnpackedIsRemovedByTheNext() throws Exception {
        Path left = Files.createDirectories(state.resolve("run")).resolve("sqlite-3.1-left-libsqlitejdbc.so");
        Files.createFile(left);
        Files.createFile(left.resolveSibling(left.getFileName() + ".lck"));
        Files.writeString(state.resolve("config.yaml"), "hypervisor: qemu+unix:///system?socket=/nowhere\n");

        Ended ended = run("-Djava.io.tmpdir=" + state.resolve("nowhere"));

        assertThat(ended.errors()).contains("mulligan: connection to qemu+unix://");
        try (Stream<Path> files = Files.list(left.getParent())) {
            assertThat(files).map(Path::getFileName).map(Path::toString).containsExactly("host.lock");
        }
    }

    private Ended run(String... options) throws IOException, InterruptedException {
        Path errors = Files.createTempFile("errors", "");
        List<String> command = new HostAgentProcess(state).command("daemon");
        command.addAll(1, List.of(options));
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectError(errors.toFile())
                .redirectOutput(ProcessBuilder.Redirect.DISCARD);
        builder.environment().put("MULLIGAN_STATE", state.toString());
        Process process = builder.start();
        try {
            assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();
            return new Ended(process.exitValue(), Files.readString(errors, StandardCharsets.UTF_8));
        } finally {
            process.destroyForcibly();
            Files.delete(errors);
        }
    }

    private record Ended(int code, String errors) {}
}
