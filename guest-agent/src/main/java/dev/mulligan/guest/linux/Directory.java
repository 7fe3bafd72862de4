package dev.mulligan.guest.linux;

import java.io.Closeable;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * An open directory and what can be done to the names in it: the *at system calls.
 *
 * <p>Names are bytes. A name that is an absolute path works too, and then the directory does not matter: {@link #root()}
 * is there for that. Nothing here follows a symbolic link in the last component unless it says so.
 *
 * <p>Since the directory is held open, nobody can put another one in its place between two steps.
 */
public final class Directory implements Closeable {
    private static final int SYMLINK_NOFOLLOW = 0x100;
    private static final int REMOVE_DIRECTORY = 0x200;
    private static final int EMPTY_PATH = 0x1000;
    private static final int BASIC_STATS = 0x7ff;
    private static final int NOREPLACE = 1;
    private static final int EXCHANGE = 2;
    private static final int RESOLVE_NO_LINKS = 0x04;
    private static final int RESOLVE_BENEATH = 0x08;
    private static final int RESOLVE_IN_ROOT = 0x10;
    private static final int LONGEST_ATTRIBUTE = 256;
    private static final int PATH_MAXIMUM = 4096;
    private static final int ENTRIES = 64 * 1024;
    private static final byte[] SELF = {};

    private final Descriptor descriptor;

    private Directory(Descriptor descriptor) {
        this.descriptor = descriptor;
    }

    public static Directory root() throws KernelException {
        return open(Kernel.AT_FDCWD, new byte[] {'/'}, 0);
    }

    /** Opens a directory below this one; {@code flags} as {@link Open#NOFOLLOW}. */
    public Directory open(byte[] name, int flags) throws KernelException {
        return open(descriptor.number(), name, flags);
    }

    /**
     * Opens a directory by a path as it would be if this one were the root of all: no link on the way, absolute or with
     * "..", leads out. openat2(2), RESOLVE_IN_ROOT.
     */
    public Directory openInRoot(byte[] path) throws KernelException {
        return new Directory(resolve(path, Open.READ_ONLY | Open.DIRECTORY, RESOLVE_IN_ROOT));
    }

    /** Opens what is below this directory, with no link on the way or at its end: openat2(2), RESOLVE_BENEATH. */
    public Descriptor openBeneath(byte[] path, int flags) throws KernelException {
        return resolve(path, flags, RESOLVE_BENEATH | RESOLVE_NO_LINKS);
    }

    private Descriptor resolve(byte[] path, int flags, int way) throws KernelException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment how = arena.allocate(24, 8);
            how.set(ValueLayout.JAVA_LONG, 0, flags | Open.CLOEXEC);
            how.set(ValueLayout.JAVA_LONG, 16, way);
            return new Descriptor((int) Kernel.call(
                    SystemCall.OPENAT2,
                    descriptor.number(),
                    CString.of(arena, path).address(),
                    how.address(),
                    how.byteSize()));
        }
    }

    /** An extended attribute of this directory, of at most 256 bytes; empty if it has none of that name. fgetxattr(2). */
    public Optional<byte[]> attribute(String name) throws KernelException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment value = arena.allocate(LONGEST_ATTRIBUTE);
            long length = Kernel.call(
                    SystemCall.FGETXATTR,
                    descriptor.number(),
                    CString.of(arena, name).address(),
                    value.address(),
                    LONGEST_ATTRIBUTE);
            return Optional.of(value.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE));
        } catch (KernelException e) {
            if (e.errno() == Errno.ENODATA || e.errno() == Errno.EOPNOTSUPP) {
                return Optional.empty();
            }
            throw e;
        }
    }

    private static Directory open(int at, byte[] name, int flags) throws KernelException {
        try (Arena arena = Arena.ofConfined()) {
            return new Directory(new Descriptor((int) Kernel.call(
                    SystemCall.OPENAT,
                    at,
                    CString.of(arena, name).address(),
                    Open.READ_ONLY | Open.DIRECTORY | Open.CLOEXEC | flags)));
        }
    }

    /** openat(2), always with close-on-exec. */
    public Descriptor openFile(byte[] name, int flags, int mode) throws KernelException {
        return new Descriptor((int) at(SystemCall.OPENAT, name, flags | Open.CLOEXEC, mode));
    }

    /** Of the name itself, be it a link. */
    public FileStatus status(byte[] name) throws KernelException {
        return status(name, SYMLINK_NOFOLLOW);
    }

    /** Of what the name leads to. */
    public FileStatus statusFollowing(byte[] name) throws KernelException {
        return status(name, 0);
    }

    /** Empty if there is nothing of that name. */
    public Optional<FileStatus> find(byte[] name) throws KernelException {
        try {
            return Optional.of(status(name));
        } catch (KernelException e) {
            if (e.errno() == Errno.ENOENT || e.errno() == Errno.ENOTDIR) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /** Of an open file. */
    public static FileStatus status(Descriptor file) throws KernelException {
        return new Directory(file).status(SELF, EMPTY_PATH);
    }

    private FileStatus status(byte[] name, int flags) throws KernelException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment statx = arena.allocate(FileStatus.BYTES, 8);
            Kernel.call(
                    SystemCall.STATX,
                    descriptor.number(),
                    CString.of(arena, name).address(),
                    flags,
                    BASIC_STATS,
                    statx.address());
            return FileStatus.of(statx);
        }
    }

    /** Where a symbolic link points, as it is written there. */
    public byte[] readLink(byte[] name) throws KernelException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment target = arena.allocate(PATH_MAXIMUM);
            long length = Kernel.call(
                    SystemCall.READLINKAT,
                    descriptor.number(),
                    CString.of(arena, name).address(),
                    target.address(),
                    PATH_MAXIMUM);
            return target.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE);
        }
    }

    /** The names in it, in no order, without "." and "..", at most {@code maximum}. */
    public List<byte[]> names(int maximum) throws KernelException {
        List<byte[]> names = new ArrayList<>();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment entries = arena.allocate(ENTRIES, 8);
            while (names.size() < maximum) {
                long length = Kernel.call(SystemCall.GETDENTS64, descriptor.number(), entries.address(), ENTRIES);
                if (length == 0) {
                    break;
                }
                // struct linux_dirent64: inode, offset, length of the record, type, name with a NUL behind it.
                for (long at = 0; at < length && names.size() < maximum; ) {
                    MemorySegment record = entries.asSlice(at, entries.get(ValueLayout.JAVA_SHORT, at + 16) & 0xffff);
                    byte[] name = name(record.asSlice(19));
                    if (!isDots(name)) {
                        names.add(name);
                    }
                    at += record.byteSize();
                }
            }
        }
        return names;
    }

    private static byte[] name(MemorySegment terminated) {
        int length = 0;
        while (terminated.get(ValueLayout.JAVA_BYTE, length) != 0) {
            length++;
        }
        return terminated.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE);
    }

    private static boolean isDots(byte[] name) {
        return name.length <= 2 && name[0] == '.' && (name.length == 1 || name[1] == '.');
    }

    public void makeDirectory(byte[] name, int mode) throws KernelException {
        at(SystemCall.MKDIRAT, name, mode, 0);
    }

    public void removeFile(byte[] name) throws KernelException {
        at(SystemCall.UNLINKAT, name, 0, 0);
    }

    /** It must be empty. */
    public void removeDirectory(byte[] name) throws KernelException {
        at(SystemCall.UNLINKAT, name, REMOVE_DIRECTORY, 0);
    }

    public void makeLink(byte[] name, byte[] target) throws KernelException {
        try (Arena arena = Arena.ofConfined()) {
            Kernel.call(
                    SystemCall.SYMLINKAT,
                    CString.of(arena, target).address(),
                    descriptor.number(),
                    CString.of(arena, name).address());
        }
    }

    /** rename(2): an existing target is replaced if {@code replace}, else EEXIST. */
    public void rename(byte[] name, Directory to, byte[] newName, boolean replace) throws KernelException {
        rename(name, to, newName, replace ? 0 : NOREPLACE);
    }

    /** Each takes the other's place, in one step. */
    public void exchange(byte[] name, byte[] other) throws KernelException {
        rename(name, this, other, EXCHANGE);
    }

    private void rename(byte[] name, Directory to, byte[] newName, int flags) throws KernelException {
        try (Arena arena = Arena.ofConfined()) {
            Kernel.call(
                    SystemCall.RENAMEAT2,
                    descriptor.number(),
                    CString.of(arena, name).address(),
                    to.descriptor.number(),
                    CString.of(arena, newName).address(),
                    flags);
        }
    }

    public void changeOwner(byte[] name, int uid, int gid) throws KernelException {
        try (Arena arena = Arena.ofConfined()) {
            Kernel.call(
                    SystemCall.FCHOWNAT,
                    descriptor.number(),
                    CString.of(arena, name).address(),
                    uid,
                    gid,
                    SYMLINK_NOFOLLOW);
        }
    }

    /** Permission bits of a file or directory; follows a link, so the caller knows that it is none. */
    public void changeMode(byte[] name, int mode) throws KernelException {
        at(SystemCall.FCHMODAT, name, mode, 0);
    }

    public void changeModified(byte[] name, Instant modified) throws KernelException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment times = arena.allocate(32, 8);
            for (int time = 0; time < 2; time++) {
                times.setAtIndex(ValueLayout.JAVA_LONG, 2L * time, modified.getEpochSecond());
                times.setAtIndex(ValueLayout.JAVA_LONG, 2L * time + 1, modified.getNano());
            }
            Kernel.call(
                    SystemCall.UTIMENSAT,
                    descriptor.number(),
                    CString.of(arena, name).address(),
                    times.address(),
                    SYMLINK_NOFOLLOW);
        }
    }

    private long at(SystemCall call, byte[] name, int first, int second) throws KernelException {
        try (Arena arena = Arena.ofConfined()) {
            return Kernel.call(
                    call, descriptor.number(), CString.of(arena, name).address(), first, second);
        }
    }

    /** For paths through /proc, where another process looks at this directory. */
    public int number() {
        return descriptor.number();
    }

    @Override
    public void close() throws IOException {
        descriptor.close();
    }
}
