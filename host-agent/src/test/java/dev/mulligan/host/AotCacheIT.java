package dev.mulligan.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the build has made for the launcher: the AOT caches, with the jar and the options of the launcher, and the version. */
final class AotCacheIT {
    private static final Path CACHE = Path.of("target/mulligan.aot").toAbsolutePath();
    private static final Path STATUS_CACHE =
            Path.of("target/mulligan-status.aot").toAbsolutePath();
    private static final int NO_HOST_AGENT = 5;

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
    void statusHasOneOfItsOwnAndNothingBesides() throws IOException {
        Path log = scratch.resolve("classes");

        Shell.Result result = new Shell(scratch)
                .with("MULLIGAN_STATE", scratch.toString())
                .run(
                        scratch,
                        command(
                                STATUS_CACHE,
                                List.of(
                                        "@"
                                                + Path.of("src/packaging/status-options")
                                                        .toAbsolutePath(),
                                        "-Xlog:class+load:file=" + log),
                                List.of("status")));

        assertThat(result.exitCode()).as(result.errors()).isEqualTo(NO_HOST_AGENT);
        assertThat(Files.readAllLines(log))
                .anyMatch(line -> line.contains("dev.mulligan.host.HostAgent source: shared objects file"))
                .anyMatch(line -> line.contains("cli.client.PlainCall source: shared objects file"))
                .anyMatch(line -> line.contains("sun.nio.ch.UnixDomainSockets source: shared objects file"))
                .noneMatch(
                        line -> line.contains("io.netty.") || line.contains("com.google.protobuf.GeneratedMessage "));
    }

    @Test
    void theVersionThatTheLauncherSaysIsTheOneThatJavaSays() throws IOException {
        List<String> known = Files.readAllLines(Path.of("target/mulligan.version"));

        assertThat(known).hasSize(2);
        Shell.Result asked = new Shell(scratch)
                .run(scratch, command(Path.of(known.getFirst()), CACHE, List.of(), List.of("--version")));
        assertThat(asked.output()).isEqualTo(known.getLast() + "\n");
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
        List<String> arguments = new ArrayList<>(List.of(more));
        arguments.add("--version");
        return new Shell(scratch).run(scratch, command(cache, List.of(option), arguments));
    }

    private static List<String> command(Path cache, List<String> options, List<String> arguments) {
        return command(Path.of(System.getProperty("java.home")), cache, options, arguments);
    }

    private static List<String> command(Path jdk, Path cache, List<String> options, List<String> arguments) {
        List<String> command = new ArrayList<>(List.of(
                jdk.resolve("bin/java").toString(),
                "@" + Path.of("src/packaging/java-options").toAbsolutePath()));
        command.addAll(options);
        command.addAll(List.of(
                "-XX:AOTCache=" + cache,
                "-cp",
                Path.of("target/mulligan-host-agent.jar").toAbsolutePath().toString(),
                "dev.mulligan.host.HostAgent"));
        command.addAll(arguments);
        return command;
    }
}
