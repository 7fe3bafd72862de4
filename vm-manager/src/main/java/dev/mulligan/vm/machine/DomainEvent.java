package dev.mulligan.vm.machine;

import java.util.UUID;

/**
 * Something happened to a domain.
 *
 * @param uuid which
 * @param change what
 */
public record DomainEvent(UUID uuid, Change change) {

    /** What happened. */
    public enum Change {
        /** It started, paused, resumed: look at its status. */
        CHANGED,
        /** The guest has begun to shut itself down; its process is still there. */
        SHUTTING_DOWN,
        /** The guest shut itself down. */
        SHUT_DOWN,
        /** Its process ended otherwise. */
        ENDED,
        /** It stands still since the disk failed. */
        DISK_FAILED
    }
}
