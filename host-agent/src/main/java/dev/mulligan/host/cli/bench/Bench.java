package dev.mulligan.host.cli.bench;

import dev.mulligan.host.HostDirectories;
import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import dev.mulligan.host.cli.client.HostClient;
import dev.mulligan.host.cli.client.Patience;
import dev.mulligan.proto.host.v1.GetImageRequest;
import dev.mulligan.proto.host.v1.GetStatusRequest;
import dev.mulligan.proto.host.v1.GetStatusResponse;
import dev.mulligan.proto.host.v1.Image;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * The benchmark: what a client of the host agent sees, each row in turn with a peer that does the same without it.
 * Peers that are not there are left out, and the report says so. Whatever it makes, it removes.
 */
public final class Bench {
    private static final String IMAGE = "base";
    private static final Set<String> NAMES = Set.of(
            "cold-start",
            "exec-true",
            "exec-python",
            "copy-in",
            "copy-out",
            "checkpoint-disk",
            "checkpoint-full",
            "rollback-path",
            "rollback-machine");

    private final HostClient host;
    private final BenchClient client;
    private final HostDirectories state;
    private final Consumer<String> progress;

    /**
     * @param state of the same host agent: the peers use its image
     * @param progress told what is being measured
     */
    public Bench(HostClient host, HostDirectories state, Consumer<String> progress) {
        this.host = host;
        this.client = new BenchClient(host);
        this.state = state;
        this.progress = progress;
    }

    /** What came out, for people and for programs. */
    public record Result(String table, String json) {}

    /**
     * Runs the rows of these names, or all if there are none. Takes some ten minutes without KVM.
     *
     * @throws HostException {@code INVALID_ARGUMENT} for an unknown name
     */
    public Result run(Set<String> only) throws Exception {
        only.stream().filter(name -> !NAMES.contains(name)).findFirst().ifPresent(unknown -> {
            throw HostException.of(HostErrorCode.INVALID_ARGUMENT, "row")
                    .value(unknown)
                    .expected("one of " + NAMES.stream().sorted().toList())
                    .remedy("correct --only")
                    .build();
        });
        GetStatusResponse status = host.host(Patience.ANSWER).getStatus(GetStatusRequest.getDefaultInstance());
        Image image = host.images(Patience.ANSWER)
                .get(GetImageRequest.newBuilder().setImage(IMAGE).build())
                .getImage();
        Path directory =
                state.state().resolve("bench-" + ProcessHandle.current().pid());
        List<String> notes = new ArrayList<>();
        List<Measurement> measured = new ArrayList<>();
        try (Cleanup cleanup = new Cleanup(progress)) {
            Files.createDirectory(directory);
            cleanup.add("bench directory", () -> Cleanup.removeTree(directory));
            makeBulk(directory.resolve("bulk"));
            progress.accept("creating a sandbox");
            String sandbox = client.create(IMAGE);
            cleanup.add("sandbox", () -> client.delete(sandbox));
            Path imageDirectory = state.images().resolve(image.getDigest().replace("sha256:", ""));
            Optional<DockerPeer> docker = docker(imageDirectory, cleanup, notes);
            Optional<VirshPeer> virsh = virsh(sandbox, imageDirectory, directory, cleanup, notes);
            for (Row row : new Rows(client, IMAGE, sandbox, docker, virsh, directory).all()) {
                if (only.isEmpty() || only.contains(row.name())) {
                    measured.add(Measurement.take(row, System::nanoTime, progress));
                }
            }
        }
        BenchReport report = new BenchReport(Instant.now(), machine(status, notes), measured);
        return new Result(report.table(), report.json());
    }

    private Optional<DockerPeer> docker(Path imageDirectory, Cleanup cleanup, List<String> notes)
            throws InterruptedException {
        progress.accept("handing the image to Docker");
        try {
            DockerPeer peer = DockerPeer.start(imageDirectory.resolve("root.tar"));
            cleanup.add("Docker container and image", peer::stop);
            return Optional.of(peer);
        } catch (IOException absent) {
            notes.add("no Docker: " + absent.getMessage());
            return Optional.empty();
        }
    }

    private Optional<VirshPeer> virsh(
            String sandbox, Path imageDirectory, Path directory, Cleanup cleanup, List<String> notes)
            throws InterruptedException {
        progress.accept("booting a machine for virsh");
        try {
            VirshPeer peer = VirshPeer.boot(sandbox, imageDirectory.resolve("disk.qcow2"), directory.resolve("virsh"));
            cleanup.add("machine of virsh", peer::stop);
            return Optional.of(peer);
        } catch (IOException absent) {
            notes.add("no virsh: " + absent.getMessage());
            return Optional.empty();
        }
    }

    /** Of bytes that neither side can compress to nothing. */
    private static void makeBulk(Path file) throws IOException {
        byte[] block = new byte[1 << 20];
        new java.util.Random(1).nextBytes(block);
        try (RandomAccessFile output = new RandomAccessFile(file.toFile(), "rw")) {
            for (int written = 0; written < Rows.BULK_BYTES; written += block.length) {
                output.write(block);
            }
        }
    }

    private static Map<String, String> machine(GetStatusResponse status, List<String> notes) throws IOException {
        Map<String, String> machine = new LinkedHashMap<>();
        machine.put("processors", String.valueOf(Runtime.getRuntime().availableProcessors()));
        machine.put(
                "memory",
                Files.readAllLines(Path.of("/proc/meminfo")).getFirst().replaceAll("\\D+", "") + " KiB");
        machine.put("kernel", System.getProperty("os.name") + " " + System.getProperty("os.version"));
        machine.put("hypervisor", status.getHypervisor());
        machine.put("acceleration", status.getAcceleration() + ": " + status.getAccelerationReason());
        machine.put("mulligan", status.getVersion() + ", no pool, no template");
        if (!notes.isEmpty()) {
            machine.put("left out", String.join("; ", notes));
        }
        return machine;
    }
}
