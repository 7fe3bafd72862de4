package dev.mulligan.vm.checkpoint;

import dev.mulligan.vm.Checkpoint;
import dev.mulligan.vm.CheckpointId;
import dev.mulligan.vm.CheckpointKind;
import dev.mulligan.vm.DataSize;
import dev.mulligan.vm.VmErrorCode;
import dev.mulligan.vm.VmException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;

/**
 * How many checkpoints of a machine are worth keeping.
 *
 * @param diskCheckpoints the most disk checkpoints, at least 1; beyond that the oldest go
 * @param total the most bytes of all checkpoints together; beyond that the oldest go, whatever their kind
 */
public record Retention(int diskCheckpoints, DataSize total) {

    public Retention {
        if (diskCheckpoints < 1) {
            throw VmException.of(
                    VmErrorCode.INVALID_ARGUMENT,
                    "number of disk checkpoints to keep",
                    diskCheckpoints,
                    ">= 1",
                    "correct the retention");
        }
    }

    /**
     * Which checkpoints may go now, oldest first. Never one of {@code needed}, and never the newest: a machine that
     * had a checkpoint keeps one.
     *
     * @param oldestFirst all of them, as {@link dev.mulligan.vm.Vm#checkpoints} lists them
     * @param needed those that must stay, whatever they cost
     */
    public List<CheckpointId> surplus(List<Checkpoint> oldestFirst, Collection<CheckpointId> needed) {
        if (oldestFirst.isEmpty()) {
            return List.of();
        }
        Set<CheckpointId> kept = Set.copyOf(needed);
        CheckpointId newest = oldestFirst.getLast().id();
        long disks = oldestFirst.stream().filter(Retention::holdsDiskOnly).count();
        DataSize size = oldestFirst.stream().map(Checkpoint::size).reduce(DataSize.ZERO, DataSize::plus);
        var surplus = new ArrayList<CheckpointId>();
        for (Checkpoint checkpoint : oldestFirst) {
            boolean tooMany = holdsDiskOnly(checkpoint) && disks > diskCheckpoints;
            boolean tooLarge = size.compareTo(total) > 0;
            if ((tooMany || tooLarge)
                    && !kept.contains(checkpoint.id())
                    && !checkpoint.id().equals(newest)) {
                surplus.add(checkpoint.id());
                disks -= holdsDiskOnly(checkpoint) ? 1 : 0;
                size = new DataSize(size.bytes() - checkpoint.size().bytes());
            }
        }
        return List.copyOf(surplus);
    }

    private static boolean holdsDiskOnly(Checkpoint checkpoint) {
        return checkpoint.kind() == CheckpointKind.DISK;
    }
}
