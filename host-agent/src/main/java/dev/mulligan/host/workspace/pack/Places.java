package dev.mulligan.host.workspace.pack;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import com.google.protobuf.ByteString;
import dev.mulligan.host.workspace.pack.Libc.Call;
import java.io.Closeable;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Opens folders and files one name at a time, each below one that is open, and never through a symbolic link: whoever
 * puts something else in the place of a folder leads nobody out of it. Names are bytes. For one thread.
 */
final class Places implements Closeable {
    private static final ByteString DOT = ByteString.copyFromUtf8(".");
    private static final ByteString DOT_DOT = ByteString.copyFromUtf8("..");
    private static final int BUFFER = 1 << 18;
    private static final int LONGEST_NAME = 255;
    private static final int LONGEST_TARGET = 4096;
    private static final int WORKING_DIRECTORY = -100;
    private static final int SYMLINK_NOFOLLOW = 0x100;
    private static final int EMPTY_PATH = 0x1000;
    private static final int BASIC_STATS = 0x7ff;
    private static final boolean ARM = System.getProperty("os.arch").equals("aarch64");
    private static final int CLOEXEC = 0x80000;
    // Whatever it is, it is not waited for, and does not become our terminal.
    private static final int HARMLESS = 0x800 | 0x100;
    private static final int DIRECTORY = ARM ? 0x4000 : 0x10000;
    private static final int NOFOLLOW = ARM ? 0x8000 : 0x20000;

    private final Arena arena = Arena.ofConfined();
    private final Libc libc = new Libc(arena);
    private final MemorySegment name = arena.allocate(LONGEST_TARGET + 1L);
    private final MemorySegment statx = arena.allocate(Status.BYTES, 8);
    private final MemorySegment data = arena.allocate(BUFFER, 16);

    /** An open file or folder. */
    final class Place implements Closeable {
        private final int descriptor;

        private Place(long descriptor) {
            this.descriptor = (int) descriptor;
        }

        /** A folder in this one. */
        Place folder(ByteString name) throws Errno {
            return openAt(descriptor, name, DIRECTORY | NOFOLLOW);
        }

        /** A file in this folder. */
        Place file(ByteString name) throws Errno {
            return openAt(descriptor, name, NOFOLLOW | HARMLESS);
        }

        Status status() throws Errno {
            return statusAt(descriptor, ByteString.EMPTY, EMPTY_PATH);
        }

        /** Of a name in this folder, be it a link. */
        Status status(ByteString name) throws Errno {
            return statusAt(descriptor, name, SYMLINK_NOFOLLOW);
        }

        /** The names in this folder, in byte order. One that was removed has none. */
        List<ByteString> names() throws Errno {
            List<ByteString> names = new ArrayList<>();
            for (long length = moreNames(); length > 0; length = moreNames()) {
                // struct linux_dirent64: inode, offset, length of the record, type, name with a NUL behind it.
                for (long at = 0; at < length; at += data.get(JAVA_SHORT, at + 16) & 0xffff) {
                    ByteString found = terminated(at + 19);
                    if (!isDots(found)) {
                        names.add(found);
                    }
                }
            }
            names.sort(ByteString.unsignedLexicographicalComparator());
            return names;
        }

        /** Where a symbolic link in this folder points, as it is written there. */
        ByteString target(ByteString link) throws Errno {
            put(link);
            long length = libc.call(Call.READLINKAT, descriptor, name.address(), data.address(), LONGEST_TARGET, 0);
            return ByteString.copyFrom(data.asSlice(0, length).asByteBuffer());
        }

        /**
         * The next bytes of this file, valid until anything else is asked of these places; none: the end.
         *
         * @param most how many at most
         */
        ByteBuffer read(long most) throws Errno {
            long count = libc.call(Call.READ, descriptor, data.address(), Math.min(BUFFER, most), 0, 0);
            return data.asSlice(0, count).asByteBuffer();
        }

        private long moreNames() throws Errno {
            try {
                return libc.call(Call.GETDENTS64, descriptor, data.address(), BUFFER, 0, 0);
            } catch (Errno removed) {
                if (removed.isGone()) {
                    return 0;
                }
                throw removed;
            }
        }

        @Override
        public void close() throws Errno {
            libc.call(Call.CLOSE, descriptor, 0, 0, 0, 0);
        }
    }

    /** Opens a folder by its path, which holds no link. */
    Place folder(Path path) throws Errno {
        return openAt(WORKING_DIRECTORY, ByteString.copyFromUtf8(path.toString()), DIRECTORY | NOFOLLOW);
    }

    private Place openAt(int folder, ByteString path, int flags) throws Errno {
        put(path);
        return new Place(libc.call(Call.OPENAT, folder, name.address(), flags | CLOEXEC, 0, 0));
    }

    private Status statusAt(int folder, ByteString path, int flags) throws Errno {
        put(path);
        libc.call(Call.STATX, folder, name.address(), flags, BASIC_STATS, statx.address());
        return Status.of(statx);
    }

    private void put(ByteString path) {
        path.copyTo(name.asByteBuffer());
        name.set(JAVA_BYTE, path.size(), (byte) 0);
    }

    private ByteString terminated(long start) {
        int length = 0;
        while (length < LONGEST_NAME && data.get(JAVA_BYTE, start + length) != 0) {
            length++;
        }
        return ByteString.copyFrom(data.asSlice(start, length).asByteBuffer());
    }

    private static boolean isDots(ByteString name) {
        return name.equals(DOT) || name.equals(DOT_DOT);
    }

    @Override
    public void close() {
        arena.close();
    }
}
