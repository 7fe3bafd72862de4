package dev.mulligan.vm.checkpoint;

import dev.mulligan.vm.Checkpoint;
import dev.mulligan.vm.CheckpointId;
import java.util.List;
import java.util.Optional;

/**
 * A checkpoint together with what it is made of.
 *
 * @param about what the caller sees
 * @param layer the frozen disk layer
 * @param memory the memory file's name, for a full checkpoint
 * @param attachments the disks that were plugged in, which a return to a full checkpoint needs again
 */
public record StoredCheckpoint(Checkpoint about, String layer, Optional<String> memory, List<Attachment> attachments) {

    public StoredCheckpoint {
        attachments = List.copyOf(attachments);
    }

    public CheckpointId id() {
        return about.id();
    }

    StoredCheckpoint withParent(Optional<CheckpointId> parent) {
        var moved = new Checkpoint(
                about.id(), parent, about.kind(), about.label(), about.created(), about.pause(), about.size());
        return new StoredCheckpoint(moved, layer, memory, attachments);
    }
}
