package dev.mulligan.vm.machine;

import dev.mulligan.vm.CheckpointId;
import java.util.Optional;

/**
 * A change under way. It is written down <i>before</i> the effect and removed after it, in one write together with
 * the result; so whoever finds one knows that the effect may or may not have happened, and where to look.
 */
sealed interface Pending {
    /** The disk moves on to {@code layer}; the checkpoint itself is recorded afterwards, or never. */
    record Advance(String layer, Optional<String> memory) implements Pending {}

    /** The domain is given up for one on {@code layer}, which stands on the checkpoint's. */
    record Return(CheckpointId checkpoint, String layer) implements Pending {}

    /** The memory goes to a file, and the domain goes away. */
    record Save(String memory) implements Pending {}

    /** The saved memory becomes a domain again, paused until this entry is gone. */
    record Continue() implements Pending {}

    /** Everything is being removed. */
    record Delete() implements Pending {}
}
