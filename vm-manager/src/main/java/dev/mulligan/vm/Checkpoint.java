package dev.mulligan.vm;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * A state of a machine to which it can return.
 *
 * @param id its name
 * @param parent the checkpoint on which the machine stood when this one was taken; empty for the first
 * @param kind disk, or memory and disk
 * @param label free text of at most 200 characters, for people
 * @param created when it was complete, by the host's clock
 * @param pause how long the call took; an upper bound of how long the guest stood still
 * @param size bytes on the host that only exist for this checkpoint: its memory, and what was written to the disk
 *     between its parent and itself
 */
public record Checkpoint(
        CheckpointId id,
        Optional<CheckpointId> parent,
        CheckpointKind kind,
        String label,
        Instant created,
        Duration pause,
        DataSize size) {

    /** The label of the first checkpoint of a machine that came from a template: the moment at which it began. */
    public static final String FROM_TEMPLATE = "as it came from its template";

    /** The longest label, in characters. */
    public static final int MAXIMUM_LABEL = 200;

    public Checkpoint {
        requireLabel(label);
    }

    /** Checks a label before the effort of a checkpoint is made. */
    public static String requireLabel(String label) {
        if (label.length() > MAXIMUM_LABEL || label.chars().anyMatch(Character::isISOControl)) {
            throw VmException.invalid(
                    "checkpoint label",
                    label.substring(0, Math.min(label.length(), 40)),
                    "at most " + MAXIMUM_LABEL + " characters, none of them a control character",
                    "shorten the label");
        }
        return label;
    }
}
