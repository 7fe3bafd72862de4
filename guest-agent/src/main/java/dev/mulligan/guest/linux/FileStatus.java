package dev.mulligan.guest.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.MemorySegment;
import java.time.Instant;

/**
 * What the kernel knows about a file: statx(2).
 *
 * @param mode type and permission bits together
 * @param device major and minor number of what is a device; 0: none, or the device 0, 0
 */
public record FileStatus(int mode, int uid, int gid, long size, Instant modified, long device) {
    /** Of struct statx, the same on every architecture. */
    static final int BYTES = 256;

    private static final int TYPE = 0170000;

    static FileStatus of(MemorySegment statx) {
        return new FileStatus(
                statx.get(JAVA_SHORT, 28) & 0xffff,
                statx.get(JAVA_INT, 20),
                statx.get(JAVA_INT, 24),
                statx.get(JAVA_LONG, 40),
                Instant.ofEpochSecond(statx.get(JAVA_LONG, 112), statx.get(JAVA_INT, 120)),
                statx.get(JAVA_LONG, 128));
    }

    public boolean isRegular() {
        return (mode & TYPE) == 0100000;
    }

    public boolean isDirectory() {
        return (mode & TYPE) == 0040000;
    }

    public boolean isSymbolicLink() {
        return (mode & TYPE) == 0120000;
    }

    /** The character device 0, 0, by which an overlay's upper layer says that a name is gone. */
    public boolean isWhiteout() {
        return (mode & TYPE) == 0020000 && device == 0;
    }

    /** At most 07777. */
    public int permissions() {
        return mode & 07777;
    }
}
