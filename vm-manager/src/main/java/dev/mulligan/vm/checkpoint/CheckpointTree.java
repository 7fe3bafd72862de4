package dev.mulligan.vm.checkpoint;

import dev.mulligan.vm.Checkpoint;
import dev.mulligan.vm.CheckpointId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The checkpoints of a machine and the one on which it stands.
 *
 * @param oldestFirst in the order in which they were taken
 * @param current the last one that was taken or returned to
 */
public record CheckpointTree(List<StoredCheckpoint> oldestFirst, Optional<CheckpointId> current) {
    public static final CheckpointTree EMPTY = new CheckpointTree(List.of(), Optional.empty());

    public CheckpointTree {
        oldestFirst = List.copyOf(oldestFirst);
    }

    public Optional<StoredCheckpoint> find(CheckpointId id) {
        return oldestFirst.stream().filter(stored -> stored.id().equals(id)).findFirst();
    }

    public List<Checkpoint> list() {
        return oldestFirst.stream().map(StoredCheckpoint::about).toList();
    }

    /** With a new checkpoint, on which the machine now stands. */
    public CheckpointTree taken(StoredCheckpoint checkpoint) {
        var grown = new ArrayList<>(oldestFirst);
        grown.add(checkpoint);
        return new CheckpointTree(grown, Optional.of(checkpoint.id()));
    }

    public CheckpointTree returnedTo(CheckpointId id) {
        return new CheckpointTree(oldestFirst, Optional.of(id));
    }

    /** Without a checkpoint: those that stood on it, the machine included, now stand on its parent. */
    public CheckpointTree without(CheckpointId id) {
        Optional<CheckpointId> parent =
                find(id).flatMap(stored -> stored.about().parent());
        List<StoredCheckpoint> others = oldestFirst.stream()
                .filter(stored -> !stored.id().equals(id))
                .map(stored -> stored.about().parent().equals(Optional.of(id)) ? stored.withParent(parent) : stored)
                .toList();
        return new CheckpointTree(others, current.equals(Optional.of(id)) ? parent : current);
    }
}
