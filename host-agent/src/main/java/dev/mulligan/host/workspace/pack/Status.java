package dev.mulligan.host.workspace.pack;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import dev.mulligan.host.workspace.erofs.Attributes;
import java.lang.foreign.MemorySegment;

/**
 * What the kernel knows about a file: statx(2).
 *
 * @param mode type and permission bits together
 * @param device of the file system, as one number
 * @param changed when anything about it changed, which nobody can set at will; in nanoseconds since the epoch
 */
record Status(int mode, long size, long inode, long device, long modifiedSeconds, int modifiedNanos, long changed) {
    /** Of struct statx, the same on every architecture. */
    static final int BYTES = 256;

    private static final int TYPE = 0170000;
    private static final int PERMISSIONS = 0777;
    private static final long NANOS = 1_000_000_000L;

    static Status of(MemorySegment statx) {
        return new Status(
                statx.get(JAVA_SHORT, 28) & 0xffff,
                statx.get(JAVA_LONG, 40),
                statx.get(JAVA_LONG, 32),
                statx.get(JAVA_LONG, 136),
                statx.get(JAVA_LONG, 112),
                statx.get(JAVA_INT, 120),
                statx.get(JAVA_LONG, 96) * NANOS + statx.get(JAVA_INT, 104));
    }

    /** The same, but as if it had changed since whenever. */
    Status uncertain() {
        return new Status(mode, size, inode, device, modifiedSeconds, modifiedNanos, Long.MAX_VALUE);
    }

    boolean isUncertain() {
        return changed == Long.MAX_VALUE;
    }

    boolean isRegular() {
        return (mode & TYPE) == 0100000;
    }

    boolean isFolder() {
        return (mode & TYPE) == 0040000;
    }

    boolean isLink() {
        return (mode & TYPE) == 0120000;
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
