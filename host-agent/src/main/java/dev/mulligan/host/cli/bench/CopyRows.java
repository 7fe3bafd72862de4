package dev.mulligan.host.cli.bench;

import dev.mulligan.host.cli.bench.Row.When;
import dev.mulligan.host.cli.bench.measure.Contest;
import java.util.List;

/** Bulk bytes, in and out. */
final class CopyRows {
    private static final String FILE = "/home/agent/bench-bulk";
    private static final int ROUNDS = 5;

    private CopyRows() {}

    static List<Row> all() {
        return List.of(
                new Row("copy-in", "WriteFile of 100 MiB called to its answer", When.ALWAYS, bench -> {
                    String sandbox = bench.sandbox();
                    return new Contest(
                            ROUNDS,
                            () -> bench.client().write(sandbox, FILE, Workbench.BULK_BYTES),
                            new BulkPeers(bench).in());
                }),
                new Row("copy-out", "ReadFile of 100 MiB called to its last byte", When.ALWAYS, bench -> {
                    String sandbox = bench.sandbox();
                    bench.client().write(sandbox, FILE, Workbench.BULK_BYTES);
                    return new Contest(
                            ROUNDS,
                            () -> {
                                long bytes = bench.client().read(sandbox, FILE);
                                if (bytes != Workbench.BULK_BYTES) {
                                    throw new IllegalStateException(
                                            "bytes read: " + bytes + " (expected: " + Workbench.BULK_BYTES + ")");
                                }
                            },
                            new BulkPeers(bench).out());
                }));
    }
}
