package dev.mulligan.host.cli.bench;

import dev.mulligan.host.cli.bench.Row.When;
import dev.mulligan.host.cli.bench.measure.Contest;
import dev.mulligan.host.cli.bench.measure.Peer;
import dev.mulligan.host.cli.bench.peer.VirshPeer;
import dev.mulligan.proto.host.v1.Checkpoint;
import java.util.List;
import java.util.function.Function;

/** States to return to, and the return. */
final class CheckpointRows {
    private static final String FILE = "/home/agent/bench-file";
    private static final int FILE_BYTES = 1 << 20;
    private static final String WRITE_MEMORY = "head -c 268435456 /dev/zero | tr '\\0' x > /dev/shm/bench-written";

    private CheckpointRows() {}

    static List<Row> all() {
        return List.of(
                checkpoint("checkpoint-disk", Checkpoint.Kind.DISK, 30, VirshPeer::diskSnapshot),
                checkpoint("checkpoint-full", Checkpoint.Kind.FULL, 10, VirshPeer::snapshot),
                new Row(
                        "checkpoint-full-written",
                        "CheckpointService.Create called to its answer, programs having written to 256 MiB of memory",
                        When.ON_REQUEST,
                        bench -> {
                            String sandbox = bench.anotherSandbox();
                            bench.client().exec(sandbox, true, List.of("sh", "-c", WRITE_MEMORY));
                            return new Contest(
                                    10, new TakeCheckpoint(bench.client(), sandbox, Checkpoint.Kind.FULL), List.of());
                        }),
                new Row(
                        "rollback-path",
                        "Rollback of one file of 1 MiB, without the checkpoint before it, called to its answer",
                        When.ALWAYS,
                        bench -> {
                            String sandbox = bench.sandbox();
                            return new Contest(10, path(bench.client(), sandbox), List.of());
                        }),
                new Row(
                        "rollback-machine",
                        "Rollback, without the checkpoint before it, called to its answer, which comes after the guest's first",
                        When.ALWAYS,
                        bench -> {
                            String sandbox = bench.sandbox();
                            return new Contest(10, machine(bench.client(), sandbox), virsh(bench, VirshPeer::revert));
                        }));
    }

    private static Row checkpoint(String id, Checkpoint.Kind kind, int rounds, Function<VirshPeer, Peer> peer) {
        return new Row(id, "CheckpointService.Create called to its answer", When.ALWAYS, bench -> {
            String sandbox = bench.sandbox();
            return new Contest(rounds, new TakeCheckpoint(bench.client(), sandbox, kind), virsh(bench, peer));
        });
    }

    private static List<Peer> virsh(Workbench bench, Function<VirshPeer, Peer> operation) throws Exception {
        return bench.virsh().map(operation).map(List::of).orElse(List.of());
    }

    /** A file is there, then is not, then is there again. */
    private static ReturnTo path(BenchClient client, String sandbox) {
        return new ReturnTo(client, sandbox, Checkpoint.Kind.DISK, List.of(FILE)) {
            @Override
            void before() throws Exception {
                client.write(sandbox, FILE, FILE_BYTES);
            }

            @Override
            void damage() throws Exception {
                client.exec(sandbox, false, List.of("rm", FILE));
            }

            @Override
            void check() throws Exception {
                client.exec(sandbox, false, List.of("test", "-s", FILE));
            }
        };
    }

    /** The machine is whole, then is not, then is whole again. */
    private static ReturnTo machine(BenchClient client, String sandbox) {
        return new ReturnTo(client, sandbox, Checkpoint.Kind.FULL, List.of()) {
            @Override
            void before() {}

            @Override
            void damage() throws Exception {
                client.exec(sandbox, true, List.of("rm", "/usr/bin/ls"));
            }

            @Override
            void check() throws Exception {
                client.exec(sandbox, false, List.of("ls", "/"));
            }
        };
    }
}
