package dev.mulligan.host.workspace;

import java.time.Instant;

/**
 * What a guest says stands in the upper layer of a workspace: one thing that was written since. Only its form is
 * checked; whether it may reach the host is the change set's to say.
 */
public sealed interface UpperEntry {
    /** Permission bits with set-user-id, set-group-id and sticky. */
    int ALL_BITS = 07777;

    RelativePath path();

    /**
     * A regular file, whole.
     *
     * @param mode at most 07777
     * @param size as declared, in bytes
     */
    record File(RelativePath path, int mode, long size, Instant modified, Sha256 digest) implements UpperEntry {
        public File {
            check(mode);
            if (size < 0) {
                throw new IllegalArgumentException("size: " + size + " (expected: >= 0)");
            }
        }
    }

    /**
     * A directory.
     *
     * @param mode at most 07777
     * @param opaque what the folder has below is gone; only what the upper layer has is in it
     */
    record Directory(RelativePath path, int mode, Instant modified, boolean opaque) implements UpperEntry {
        public Directory {
            check(mode);
        }
    }

    /** A symbolic link. */
    record Link(RelativePath path, LinkTarget target) implements UpperEntry {}

    /** What the folder has at this path, and below it, is gone. */
    record Removed(RelativePath path) implements UpperEntry {}

    /**
     * Something that never travels.
     *
     * @param what it is, for people: "FIFO", "device", "socket"
     */
    record Other(RelativePath path, String what) implements UpperEntry {}

    private static void check(int mode) {
        if ((mode & ~ALL_BITS) != 0) {
            throw new IllegalArgumentException("mode: 0%o (expected: 0 to 07777)".formatted(mode));
        }
    }
}
