package dev.mulligan.host.cli;

import dev.mulligan.host.cli.terminal.Table;
import dev.mulligan.proto.host.v1.Checkpoint;
import dev.mulligan.proto.host.v1.ListCheckpointsResponse;
import dev.mulligan.vm.DataSize;
import java.util.Locale;

/** A checkpoint for people. */
record CheckpointView(Checkpoint checkpoint) {
    /** Oldest first; a star marks the one on which the sandbox stands. */
    static String table(ListCheckpointsResponse checkpoints) {
        Table table = new Table("CHECKPOINT", "KIND", "CREATED", "SIZE", "PARENT", "HERE", "LABEL");
        for (Checkpoint checkpoint : checkpoints.getCheckpointsList()) {
            table.row(
                    checkpoint.getId(),
                    new CheckpointView(checkpoint).kind(),
                    new When(checkpoint.getCreated()).toString(),
                    DataSize.ofBytes(Math.max(0, checkpoint.getSizeBytes())).toDisplayString(),
                    checkpoint.getParentId(),
                    checkpoint.getCurrent() ? "*" : "",
                    checkpoint.getLabel());
        }
        return table.toString();
    }

    String kind() {
        return checkpoint.getKind().name().toLowerCase(Locale.ROOT);
    }
}
