package dev.mulligan.host.cli.bench;

import java.util.List;
import java.util.stream.Stream;

/** Everything that can be measured, in the order in which it runs. */
final class Rows {
    private Rows() {}

    static List<Row> all() {
        return Stream.of(
                        StartRows.all(),
                        CallRows.all(),
                        CheckpointRows.all(),
                        // After those: what has been copied into the sandbox's memory, a full checkpoint holds.
                        CopyRows.all(),
                        DepthRows.all(),
                        CrowdRows.all(),
                        CommandRows.all(),
                        FolderRows.all(),
                        RecordRows.all())
                .flatMap(List::stream)
                .toList();
    }
}
