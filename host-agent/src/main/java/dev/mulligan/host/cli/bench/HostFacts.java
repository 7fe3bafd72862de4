package dev.mulligan.host.cli.bench;

import dev.mulligan.host.cli.bench.peer.DockerPeer;
import dev.mulligan.host.cli.bench.peer.Program;
import dev.mulligan.proto.host.v1.GetStatusResponse;
import dev.mulligan.proto.host.v1.Image;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** What a number depends on: the machine, and the version of everything that takes part. */
final class HostFacts {
    private HostFacts() {}

    static Map<String, String> machine(GetStatusResponse status) throws IOException {
        Map<String, String> machine = new LinkedHashMap<>();
        machine.put("model", field(Path.of("/proc/cpuinfo"), "model name").orElse("unknown"));
        machine.put("processors", String.valueOf(Runtime.getRuntime().availableProcessors()));
        machine.put("memory", field(Path.of("/proc/meminfo"), "MemTotal").orElse("unknown"));
        machine.put("kernel", System.getProperty("os.name") + " " + System.getProperty("os.version"));
        machine.put("acceleration", status.getAcceleration() + ": " + status.getAccelerationReason());
        // Of others: a run on a busy machine shows as much here.
        machine.put("load before", Files.readString(Path.of("/proc/loadavg")).split(" ", 2)[0]);
        return machine;
    }

    static Map<String, String> versions(GetStatusResponse status, Image image, Optional<Path> home)
            throws InterruptedException {
        Map<String, String> versions = new LinkedHashMap<>();
        versions.put("mulligan", status.getVersion() + commit(home));
        versions.put("image", image.getName() + ", " + image.getDigest());
        versions.put("hypervisor", status.getHypervisor());
        versions.put("docker", said(DockerPeer::versions).orElse("none"));
        versions.put("java", Runtime.version() + ", " + System.getProperty("java.vendor"));
        return versions;
    }

    private static String commit(Optional<Path> home) throws InterruptedException {
        return home.flatMap(directory -> {
                    try {
                        return said(() -> Program.run(
                                "git", "-C", directory.toString(), "describe", "--always", "--dirty", "--abbrev=12"));
                    } catch (InterruptedException interrupted) {
                        Thread.currentThread().interrupt();
                        return Optional.empty();
                    }
                })
                .map(commit -> ", commit " + commit.strip())
                .orElse("");
    }

    private static Optional<String> said(Question question) throws InterruptedException {
        try {
            return Optional.of(question.ask());
        } catch (IOException notThere) {
            return Optional.empty();
        }
    }

    private static Optional<String> field(Path file, String name) throws IOException {
        return Files.readAllLines(file).stream()
                .filter(line -> line.startsWith(name))
                .map(line -> line.substring(line.indexOf(':') + 1).strip())
                .findFirst();
    }

    private interface Question {
        String ask() throws IOException, InterruptedException;
    }
}
