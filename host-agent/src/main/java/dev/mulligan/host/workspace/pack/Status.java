package dev.mulligan.host.workspace.pack;

import dev.mulligan.host.workspace.erofs.Attributes;
import dev.mulligan.host.workspace.linux.FileStatus;
import java.time.Instant;

/**
 * What shows whether a file has changed, as it is kept with an image.
 *
 * @param mode type and permission bits together
 * @param device of the file system, as one number
 * @param changed when anything about it changed, which nobody can set at will; in nanoseconds since the epoch
 */
record Status(int mode, long size, long inode, long device, long modifiedSeconds, int modifiedNanos, long changed) {
    private static final int TYPE = 0170000;
    private static final int REGULAR = 0100000;
    private static final int FOLDER = 0040000;
    private static final int LINK = 0120000;
    private static final int PERMISSIONS = 0777;
    private static final long NANOS = 1_000_000_000L;

    static Status of(FileStatus status) {
        int type = switch (status.type()) {
            case FILE -> REGULAR;
            case DIRECTORY -> FOLDER;
            case LINK -> LINK;
            case OTHER -> 0;
        };
        Instant modified = status.modified();
        return new Status(
                type | status.mode(),
                status.size(),
                status.inode(),
                status.device(),
                modified.getEpochSecond(),
                modified.getNano(),
                nanos(status.changed()));
    }

    /** Since the epoch. */
    static long nanos(Instant instant) {
        return instant.getEpochSecond() * NANOS + instant.getNano();
    }

    /** The same, but as if it had changed since whenever. */
    Status uncertain() {
        return new Status(mode, size, inode, device, modifiedSeconds, modifiedNanos, Long.MAX_VALUE);
    }

    boolean isUncertain() {
        return changed == Long.MAX_VALUE;
    }

    boolean isRegular() {
        return (mode & TYPE) == REGULAR;
    }

    boolean isFolder() {
        return (mode & TYPE) == FOLDER;
    }

    boolean isLink() {
        return (mode & TYPE) == LINK;
    }

    /** The type by itself. */
    int kind() {
        return mode & TYPE;
    }

    /** Set-user-id, set-group-id and sticky bits do not travel. */
    int permissions() {
        return mode & PERMISSIONS;
    }

    Attributes attributes() {
        return new Attributes(permissions(), modifiedSeconds, modifiedNanos);
    }
}
