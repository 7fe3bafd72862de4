package dev.mulligan.host.workspace.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.MemorySegment;
import java.time.Instant;

/**
 * What the kernel knows about a file: statx(2).
 *
 * @param mode permission bits with set-user-id and its like, at most 07777
 * @param inode which file it is, on its file system
 * @param links how many names it has
 * @param changed when anything about it changed, which nobody can set at will
 */
public record FileStatus(
        Type type,
        int mode,
        int uid,
        int gid,
        long size,
        Instant modified,
        long inode,
        long device,
        int links,
        Instant changed) {
    /** Of struct statx, the same on every architecture. */
    static final int BYTES = 256;

    private static final int TYPE = 0170000;
    private static final int MODE = 07777;

    static FileStatus of(MemorySegment statx) {
        int bits = statx.get(JAVA_SHORT, 28) & 0xffff;
        return new FileStatus(
                type(bits & TYPE),
                bits & MODE,
                statx.get(JAVA_INT, 20),
                statx.get(JAVA_INT, 24),
                statx.get(JAVA_LONG, 40),
                Instant.ofEpochSecond(statx.get(JAVA_LONG, 112), statx.get(JAVA_INT, 120)),
                statx.get(JAVA_LONG, 32),
                ((long) statx.get(JAVA_INT, 136) << 32) | (statx.get(JAVA_INT, 140) & 0xffffffffL),
                statx.get(JAVA_INT, 16),
                Instant.ofEpochSecond(statx.get(JAVA_LONG, 96), statx.get(JAVA_INT, 104)));
    }

    private static Type type(int bits) {
        return switch (bits) {
            case 0100000 -> Type.FILE;
            case 0040000 -> Type.DIRECTORY;
            case 0120000 -> Type.LINK;
            default -> Type.OTHER;
        };
    }

    /** Whether both were read of the same file, and nobody wrote to it in between as far as its times tell. */
    public boolean isSameAs(FileStatus other) {
        return inode == other.inode
                && device == other.device
                && type == other.type
                && size == other.size
                && modified.equals(other.modified);
    }

    /** What kind of file it is; {@code OTHER} for devices, FIFOs and sockets. */
    public enum Type {
        FILE,
        DIRECTORY,
        LINK,
        OTHER
    }
}
