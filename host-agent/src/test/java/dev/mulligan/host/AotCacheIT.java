package dev.mulligan.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The AOT cache that the build has made, with the jar and the options of the launcher. */
final class AotCacheIT {
    private static final Path CACHE = Path.of("target/mulligan.aot").toAbsolutePath();

    @TempDir
    private Path scratch;

    @Test
    void holdsTheCommandLineAndItsLibraries() throws IOException {
        Path log = scratch.resolve("classes");

        Shell.Result result = version(CACHE, "-Xlog:class+load:file=" + log, "--output", "text");

        assertThat(result.output()).startsWith("mulligan ");
        assertThat(Files.readAllLines(log))
                .anyMatch(line -> line.contains("dev.mulligan.host.HostAgent source: shared objects file"))
                .anyMatch(line -> line.contains("picocli.CommandLine source: shared objects file"))
                .anyMatch(line -> line.contains("io.grpc.internal.ManagedChannelImpl source: shared objects file"))
                .noneMatch(line -> line.contains("dev.mulligan") && line.contains("source: file:"));
    }

    @Test
    void aMissingOrDamagedCacheIsPassedOverSilently() throws IOException {
        Path damaged = Files.writeString(scratch.resolve("damaged.aot"), "no cache at all");
        for (Path cache : List.of(scratch.resolve("missing.aot"), damaged)) {
            Shell.Result result = version(cache, "-Xlog:disable");

            assertThat(result.exitCode()).as("%s", cache).isZero();
            assertThat(result.output()).startsWith("mulligan ").hasLineCount(1);
            assertThat(result.errors()).isEmpty();
        }
    }

    private Shell.Result version(Path cache, String option, String... more) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "@" + Path.of("src/packaging/java-options").toAbsolutePath(),
                option,
                "-XX:AOTCache=" + cache,
                "-cp",
                Path.of("target/mulligan-host-agent.jar").toAbsolutePath().toString(),
                "dev.mulligan.host.HostAgent"));
        command.addAll(List.of(more));
        command.add("--version");
        return new Shell(scratch).run(scratch, command);
    }
}
