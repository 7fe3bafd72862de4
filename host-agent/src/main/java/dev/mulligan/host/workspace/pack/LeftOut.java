package dev.mulligan.host.workspace.pack;

/**
 * Something of a folder that did not travel, although no rule said so.
 *
 * @param path relative to the folder, for people
 */
public record LeftOut(String path, Reason reason) {
    /** Why. */
    public enum Reason {
        /** A device, a FIFO or a socket. */
        SPECIAL,
        /** Another file system is mounted there. */
        OTHER_FILE_SYSTEM,
        /** The host agent may not read it. */
        UNREADABLE
    }
}
