package dev.mulligan.host.workspace;

import java.time.Instant;

/** What stands at a path of a folder, without its name. */
public sealed interface FolderEntry {
    /** Read, write and execute for owner, group and others. */
    int PERMISSIONS = 0777;

    /**
     * A regular file.
     *
     * @param mode permission bits, at most 0777: set-user-id and its like do not travel
     * @param size in bytes
     */
    record File(int mode, long size, Instant modified, Sha256 digest) implements FolderEntry {
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
     * @param mode permission bits, at most 0777
     */
    record Directory(int mode, Instant modified) implements FolderEntry {
        public Directory {
            check(mode);
        }
    }

    /** A symbolic link. */
    record Link(LinkTarget target) implements FolderEntry {}

    private static void check(int mode) {
        if ((mode & ~PERMISSIONS) != 0) {
            throw new IllegalArgumentException("mode: 0%o (expected: 0 to 0777)".formatted(mode));
        }
    }
}
