package dev.mulligan.host.workspace.linux;

import com.google.protobuf.ByteString;
import java.io.Closeable;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * An open file or directory, and what the kernel does to it or, if it is a directory, to the names in it. No call
 * follows a symbolic link that stands at a name.
 *
 * <p>For one thread at a time, each call blocks.
 */
public final class Place implements Closeable {
    private static final boolean ARM = System.getProperty("os.arch").equals("aarch64");
    private static final int DIRECTORY = ARM ? 0x4000 : 0x10000;
    private static final int NOFOLLOW = ARM ? 0x8000 : 0x20000;
    private static final int WRITE_ONLY = 1;
    private static final int CREATE = 0x40;
    private static final int EXCLUSIVE = 0x80;
    /** Whatever it is, it is not waited for, and does not become our terminal. */
    private static final int HARMLESS = 0x800 | 0x100;

    private static final int CLOEXEC = 0x80000;
    private static final int PATH = 0x200000;

    private static final int SYMLINK_NOFOLLOW = 0x100;
    private static final int REMOVE_DIRECTORY = 0x200;
    private static final int EMPTY_PATH = 0x1000;
    private static final int BASIC_STATS = 0x7ff;
    private static final int NOREPLACE = 1;
    private static final int EXCHANGE = 2;
    /** No mount point, no magic link, no symbolic link, not out of the directory: openat2(2). */
    private static final int RESOLVE = 0x1 | 0x2 | 0x4 | 0x8;

    private static final int LONGEST_PATH = 4096;
    private static final int ENTRIES = 64 * 1024;
    private static final ByteString SELF = ByteString.EMPTY;

    private final Kernel kernel;
    private final int number;
    private final AtomicBoolean closed = new AtomicBoolean();

    private Place(Kernel kernel, long number) {
        this.kernel = kernel;
        this.number = (int) number;
    }

    /** A directory of this machine, by its path; links on the way are followed: the path is the owner's own. */
    public static Place directory(java.nio.file.Path path) throws KernelException {
        return directory(Kernel.LINUX, path);
    }

    static Place directory(Kernel kernel, java.nio.file.Path path) throws KernelException {
        ByteString name = ByteString.copyFromUtf8(path.toString());
        return new Place(kernel, at(kernel, Kernel.AT_FDCWD, SystemCall.OPENAT, name, DIRECTORY | CLOEXEC, 0));
    }

    /** A directory directly in this one. */
    public Place directory(ByteString name) throws KernelException {
        return new Place(kernel, at(SystemCall.OPENAT, name, DIRECTORY | NOFOLLOW | CLOEXEC, 0));
    }

    /**
     * A directory anywhere below this one, found in one step: no link, no mount point and no ".." on the way.
     *
     * @throws KernelException {@code ENOSYS} before Linux 5.6: go step by step then; {@code ELOOP}, {@code EXDEV}
     */
    public Place directoryBelow(ByteString path) throws KernelException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment how = arena.allocate(24, 8);
            how.set(ValueLayout.JAVA_LONG, 0, DIRECTORY | NOFOLLOW | CLOEXEC);
            how.set(ValueLayout.JAVA_LONG, 16, RESOLVE);
            return new Place(
                    kernel, kernel.call(SystemCall.OPENAT2, number, text(arena, path), how.address(), how.byteSize()));
        }
    }

    /** A file directly in this one, for reading; what is no file is opened without harm. */
    public Place file(ByteString name) throws KernelException {
        return new Place(kernel, at(SystemCall.OPENAT, name, NOFOLLOW | HARMLESS | CLOEXEC, 0));
    }

    /** The thing of that name itself, not opened, so that it can be looked at without waking a device or a FIFO. */
    public Place look(ByteString name) throws KernelException {
        return new Place(kernel, at(SystemCall.OPENAT, name, PATH | NOFOLLOW | CLOEXEC, 0));
    }

    /** Opens what was looked at for reading; by way of /proc, so that it is that one and no other. */
    public Place reopen() throws KernelException {
        byte[] link = ("/proc/self/fd/" + number).getBytes(StandardCharsets.US_ASCII);
        return new Place(kernel, at(kernel, Kernel.AT_FDCWD, SystemCall.OPENAT, ByteString.copyFrom(link), CLOEXEC, 0));
    }

    /** A new file for writing, of mode 0600; {@code EEXIST}. */
    public Place create(ByteString name) throws KernelException {
        return new Place(
                kernel, at(SystemCall.OPENAT, name, WRITE_ONLY | CREATE | EXCLUSIVE | NOFOLLOW | CLOEXEC, 0600));
    }

    /** Of the name itself, be it a link. */
    public FileStatus status(ByteString name) throws KernelException {
        return status(name, SYMLINK_NOFOLLOW);
    }

    /** Of what is open. */
    public FileStatus status() throws KernelException {
        return status(SELF, EMPTY_PATH);
    }

    private FileStatus status(ByteString name, int flags) throws KernelException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment statx = arena.allocate(FileStatus.BYTES, 8);
            kernel.call(SystemCall.STATX, number, text(arena, name), flags, BASIC_STATS, statx.address());
            return FileStatus.of(statx);
        }
    }

    /** Where the symbolic link of that name points, as it is written there. */
    public ByteString readLink(ByteString name) throws KernelException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment target = arena.allocate(LONGEST_PATH);
            long length =
                    kernel.call(SystemCall.READLINKAT, number, text(arena, name), target.address(), target.byteSize());
            return ByteString.copyFrom(target.asSlice(0, length).asByteBuffer());
        }
    }

    /** The names in it that have not been told yet, in no order, without "." and ".."; at most {@code maximum}. */
    public List<ByteString> names(int maximum) throws KernelException {
        List<ByteString> names = new ArrayList<>();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment entries = arena.allocate(ENTRIES, 8);
            while (names.size() < maximum) {
                long length = kernel.call(SystemCall.GETDENTS64, number, entries.address(), ENTRIES);
                if (length == 0) {
                    break;
                }
                // struct linux_dirent64: inode, offset, length of the record, type, name with a NUL behind it.
                for (long at = 0; at < length && names.size() < maximum; ) {
                    int record = entries.get(ValueLayout.JAVA_SHORT, at + 16) & 0xffff;
                    ByteString name = terminated(entries.asSlice(at + 19, record - 19L));
                    if (!name.toStringUtf8().equals(".") && !name.toStringUtf8().equals("..")) {
                        names.add(name);
                    }
                    at += record;
                }
            }
        }
        return names;
    }

    private static ByteString terminated(MemorySegment text) {
        int length = 0;
        while (text.get(ValueLayout.JAVA_BYTE, length) != 0) {
            length++;
        }
        return ByteString.copyFrom(text.asSlice(0, length).asByteBuffer());
    }

    /** A new directory, of mode 0700. */
    public void makeDirectory(ByteString name) throws KernelException {
        at(SystemCall.MKDIRAT, name, 0700, 0);
    }

    /** A new symbolic link. */
    public void makeLink(ByteString name, ByteString target) throws KernelException {
        try (Arena arena = Arena.ofConfined()) {
            kernel.call(SystemCall.SYMLINKAT, text(arena, target), number, text(arena, name));
        }
    }

    /** Removes a name that is no directory's. */
    public void removeFile(ByteString name) throws KernelException {
        at(SystemCall.UNLINKAT, name, 0, 0);
    }

    /** Removes a directory, which must be empty. */
    public void removeDirectory(ByteString name) throws KernelException {
        at(SystemCall.UNLINKAT, name, REMOVE_DIRECTORY, 0);
    }

    /** Moves it to a name that is free: {@code EEXIST}. */
    public void move(ByteString name, Place to, ByteString newName) throws KernelException {
        rename(name, to, newName, NOREPLACE);
    }

    /** Each takes the other's place, in one step. */
    public void exchange(ByteString name, Place to, ByteString other) throws KernelException {
        rename(name, to, other, EXCHANGE);
    }

    private void rename(ByteString name, Place to, ByteString newName, int flags) throws KernelException {
        try (Arena arena = Arena.ofConfined()) {
            kernel.call(SystemCall.RENAMEAT2, number, text(arena, name), to.number, text(arena, newName), flags);
        }
    }

    /** Of what is open. */
    public void changeOwner(int uid, int gid) throws KernelException {
        kernel.call(SystemCall.FCHOWN, number, uid, gid);
    }

    /** Of a symbolic link. */
    public void changeOwner(ByteString name, int uid, int gid) throws KernelException {
        try (Arena arena = Arena.ofConfined()) {
            kernel.call(SystemCall.FCHOWNAT, number, text(arena, name), uid, gid, SYMLINK_NOFOLLOW);
        }
    }

    /** Permission bits of what is open. */
    public void changeMode(int mode) throws KernelException {
        kernel.call(SystemCall.FCHMOD, number, mode);
    }

    /** Of what is open. */
    public void changeModified(Instant modified) throws KernelException {
        try (Arena arena = Arena.ofConfined()) {
            kernel.call(SystemCall.UTIMENSAT, number, 0, times(arena, modified), 0);
        }
    }

    /** Of a symbolic link. */
    public void changeModified(ByteString name, Instant modified) throws KernelException {
        try (Arena arena = Arena.ofConfined()) {
            kernel.call(SystemCall.UTIMENSAT, number, text(arena, name), times(arena, modified), SYMLINK_NOFOLLOW);
        }
    }

    private static long times(Arena arena, Instant modified) {
        MemorySegment times = arena.allocate(32, 8);
        for (int time = 0; time < 2; time++) {
            times.setAtIndex(ValueLayout.JAVA_LONG, 2L * time, modified.getEpochSecond());
            times.setAtIndex(ValueLayout.JAVA_LONG, 2L * time + 1, modified.getNano());
        }
        return times.address();
    }

    /** read(2) into {@code target}; 0 is the end. */
    public int read(MemorySegment target) throws KernelException {
        return (int) kernel.call(SystemCall.READ, number, target.address(), target.byteSize());
    }

    /** Writes all of {@code source}. */
    public void write(MemorySegment source) throws KernelException {
        long done = 0;
        while (done < source.byteSize()) {
            done += kernel.call(SystemCall.WRITE, number, source.address() + done, source.byteSize() - done);
        }
    }

    /** Waits until what was written is on the disk: fsync(2). */
    public void sync() throws KernelException {
        kernel.call(SystemCall.FSYNC, number);
    }

    /** Names and values of what is open; see xattr(7). */
    public ExtendedAttributes extendedAttributes() {
        return new ExtendedAttributes(kernel, number);
    }

    private long at(SystemCall call, ByteString name, int first, int second) throws KernelException {
        return at(kernel, number, call, name, first, second);
    }

    private static long at(Kernel kernel, int directory, SystemCall call, ByteString name, int first, int second)
            throws KernelException {
        try (Arena arena = Arena.ofConfined()) {
            return kernel.call(call, directory, text(arena, name), first, second);
        }
    }

    private static long text(Arena arena, ByteString bytes) {
        return Kernel.text(arena, bytes.toByteArray()).address();
    }

    @Override
    public void close() throws KernelException {
        if (closed.compareAndSet(false, true)) {
            kernel.call(SystemCall.CLOSE, number);
        }
    }
}
