package dev.mulligan.host.cli.bench;

import dev.mulligan.host.cli.bench.Row.Peer;
import dev.mulligan.proto.host.v1.Checkpoint;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** What is measured, in the order in which it runs. All but the cold start share one sandbox. */
final class Rows {
    static final int BULK_BYTES = 100 << 20;
    private static final int FILE_BYTES = 1 << 20;
    private static final String BULK = "/home/agent/bench-bulk";
    private static final String FILE = "/home/agent/bench-file";

    private final BenchClient client;
    private final String image;
    private final String sandbox;
    private final Optional<DockerPeer> docker;
    private final Optional<VirshPeer> virsh;
    private final Path directory;

    /**
     * @param sandbox the one that is shared
     * @param directory holds {@code bulk}, a file of {@link #BULK_BYTES}; what Docker copies out goes there too
     */
    Rows(
            BenchClient client,
            String image,
            String sandbox,
            Optional<DockerPeer> docker,
            Optional<VirshPeer> virsh,
            Path directory) {
        this.client = client;
        this.image = image;
        this.sandbox = sandbox;
        this.docker = docker;
        this.virsh = virsh;
        this.directory = directory;
    }

    List<Row> all() {
        return List.of(
                new Row(
                        "cold-start",
                        "Create called to exit of `true`",
                        5,
                        coldStart(),
                        docker(peer -> peer.run("true"))),
                new Row("exec-true", "Exec called to exit", 30, exec("true"), docker(peer -> peer.exec("true"))),
                new Row(
                        "exec-python",
                        "Exec of python3 -c 'print(1)' called to exit",
                        15,
                        exec("python3", "-c", "print(1)"),
                        docker(peer -> peer.exec("python3", "-c", "print(1)"))),
                new Row(
                        "copy-in",
                        "WriteFile of 100 MiB called to its answer",
                        5,
                        () -> client.write(sandbox, BULK, BULK_BYTES),
                        docker(peer -> peer.copyIn(directory.resolve("bulk"), "/tmp/bulk"))),
                new Row(
                        "copy-out",
                        "ReadFile of 100 MiB called to its last byte",
                        5,
                        this::readBulk,
                        docker(peer -> peer.copyOut("/tmp/bulk", directory.resolve("bulk-out")))),
                new Row(
                        "checkpoint-disk",
                        "CheckpointService.Create called to its answer",
                        20,
                        checkpoint(Checkpoint.Kind.DISK),
                        virsh.map(VirshPeer::diskSnapshot)),
                new Row(
                        "checkpoint-full",
                        "CheckpointService.Create called to its answer",
                        10,
                        checkpoint(Checkpoint.Kind.FULL),
                        virsh.map(VirshPeer::snapshot)),
                new Row(
                        "rollback-path",
                        "Rollback of one file of 1 MiB, without the checkpoint before it, called to its answer",
                        10,
                        new RollbackPath(),
                        Optional.empty()),
                new Row(
                        "rollback-machine",
                        "Rollback, without the checkpoint before it, called to its answer, which comes after the guest's first",
                        10,
                        new RollbackMachine(),
                        virsh.map(VirshPeer::revert)));
    }

    private Optional<Peer> docker(java.util.function.Function<DockerPeer, Peer> operation) {
        return docker.map(operation);
    }

    private Timed coldStart() {
        return new Timed() {
            private String fresh = "";

            @Override
            public void run() throws Exception {
                fresh = client.create(image);
                client.exec(fresh, false, List.of("true"));
            }

            @Override
            public void tidy() throws Exception {
                if (!fresh.isEmpty()) {
                    client.delete(fresh);
                }
            }
        };
    }

    private Timed exec(String... arguments) {
        return () -> client.exec(sandbox, false, List.of(arguments));
    }

    private void readBulk() throws Exception {
        long bytes = client.read(sandbox, BULK);
        if (bytes != BULK_BYTES) {
            throw new IllegalStateException("bytes read: " + bytes + " (expected: " + BULK_BYTES + ")");
        }
    }

    private Timed checkpoint(Checkpoint.Kind kind) {
        return new Timed() {
            private String taken = "";

            @Override
            public void run() throws Exception {
                taken = client.checkpoint(sandbox, kind).getId();
            }

            @Override
            public void tidy() throws Exception {
                client.deleteCheckpoint(sandbox, taken);
            }
        };
    }

    /** A file is there, then is not, then is there again. */
    private final class RollbackPath implements Timed {
        private String taken = "";

        @Override
        public void prepare() throws Exception {
            client.write(sandbox, FILE, FILE_BYTES);
            taken = client.checkpoint(sandbox, Checkpoint.Kind.DISK).getId();
            client.exec(sandbox, false, List.of("rm", FILE));
        }

        @Override
        public void run() throws Exception {
            client.rollback(sandbox, taken, List.of(FILE));
        }

        @Override
        public void tidy() throws Exception {
            client.exec(sandbox, false, List.of("test", "-s", FILE));
            client.deleteCheckpoint(sandbox, taken);
        }
    }

    /** The machine is whole, then is not, then is whole again. */
    private final class RollbackMachine implements Timed {
        private String taken = "";

        @Override
        public void prepare() throws Exception {
            taken = client.checkpoint(sandbox, Checkpoint.Kind.FULL).getId();
            client.exec(sandbox, true, List.of("rm", "/usr/bin/ls"));
        }

        @Override
        public void run() throws Exception {
            client.rollback(sandbox, taken, List.of());
        }

        @Override
        public void tidy() throws Exception {
            client.exec(sandbox, false, List.of("ls", "/"));
            client.deleteCheckpoint(sandbox, taken);
        }
    }
}
