package dev.mulligan.host.cli.bench;

import dev.mulligan.host.cli.bench.Row.When;
import dev.mulligan.host.cli.bench.measure.Contest;
import dev.mulligan.host.cli.bench.measure.Timed;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** What many checkpoints in a row do to reads and to the next checkpoint. */
final class DepthRows {
    private static final int DEEP = 300;

    private DepthRows() {}

    static List<Row> all() {
        return List.of(
                read(1),
                read(50),
                read(DEEP),
                new Row(
                        "checkpoint-disk-after-" + DEEP,
                        "CheckpointService.Create called to its answer, " + DEEP
                                + " disk checkpoints in a row before it",
                        When.ALWAYS,
                        bench -> {
                            DeepChain chain = bench.chain();
                            chain.reach(DEEP);
                            return new Contest(20, chain::checkpoint, List.of());
                        }));
    }

    private static Row read(int depth) {
        return new Row(
                "read-depth-" + depth,
                "ReadFile of 1 MiB called to its last byte; not in the guest's cache, written before " + depth
                        + " disk checkpoint" + (depth == 1 ? "" : "s"),
                When.ALWAYS,
                bench -> {
                    DeepChain chain = bench.chain();
                    chain.reach(depth);
                    return new Contest(20, new DeepRead(bench.client(), chain), List.of());
                });
    }

    private static final class DeepRead implements Timed {
        private final BenchClient client;
        private final DeepChain chain;
        private Duration inGuest = Duration.ZERO;

        DeepRead(BenchClient client, DeepChain chain) {
            this.client = client;
            this.chain = chain;
        }

        @Override
        public void prepare() throws Exception {
            chain.forgetCache();
        }

        @Override
        public void run() throws Exception {
            long bytes = client.read(chain.sandbox(), DeepChain.FILE);
            if (bytes != DeepChain.FILE_BYTES) {
                throw new IllegalStateException("bytes read: " + bytes + " (expected: " + DeepChain.FILE_BYTES + ")");
            }
        }

        @Override
        public void tidy() throws Exception {
            inGuest = chain.readInGuest();
        }

        @Override
        public Map<String, Duration> aside() {
            return Map.of("4 KiB from the disk, as the guest sees it", inGuest);
        }
    }
}
