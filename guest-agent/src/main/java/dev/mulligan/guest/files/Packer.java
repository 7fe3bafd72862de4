package dev.mulligan.guest.files;

import com.google.protobuf.ByteString;
import dev.mulligan.guest.linux.Descriptor;
import dev.mulligan.guest.linux.Directory;
import dev.mulligan.guest.linux.FileStatus;
import dev.mulligan.guest.linux.KernelException;
import dev.mulligan.guest.linux.Open;
import dev.mulligan.guest.tar.TarEntry;
import dev.mulligan.guest.tar.TarWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;

/** Writes a file or a directory with everything below into an archive: the call Pack. */
final class Packer {
    private static final int CHUNK = 64 * 1024;
    private static final ByteString SLASH = ByteString.copyFromUtf8("/");

    private final TarWriter tar;

    private Packer(TarWriter tar) {
        this.tar = tar;
    }

    private record Level(Directory directory, ByteString name, Iterator<byte[]> names) {}

    static void pack(BytePath path, OutputStream target) throws IOException {
        TarWriter tar = new TarWriter(target);
        try (Directory root = Directory.root();
                Directory parent = root.open(path.parent().toBytes(), 0)) {
            // The root has no name; its archive holds what is in it below ".".
            byte[] name = path.isRoot() ? new byte[] {'.'} : path.name().toByteArray();
            new Packer(tar).pack(parent, name);
        }
        tar.end();
    }

    private void pack(Directory parent, byte[] name) throws IOException {
        Deque<Level> open = new ArrayDeque<>();
        try {
            add(open, parent, name, ByteString.copyFrom(name));
            while (!open.isEmpty()) {
                Level level = open.peek();
                if (level.names.hasNext()) {
                    byte[] next = level.names.next();
                    addIfThere(open, level, next);
                } else {
                    open.pop().directory.close();
                }
            }
        } finally {
            for (Level level : open) {
                level.directory.close();
            }
        }
    }

    private void addIfThere(Deque<Level> open, Level level, byte[] name) throws IOException {
        if (level.directory.find(name).isPresent()) {
            add(open, level.directory, name, level.name.concat(SLASH).concat(ByteString.copyFrom(name)));
        }
    }

    private void add(Deque<Level> open, Directory parent, byte[] name, ByteString archiveName) throws IOException {
        FileStatus status = parent.status(name);
        if (status.isDirectory()) {
            tar.begin(entry(archiveName, TarEntry.Type.DIRECTORY, status, ByteString.EMPTY));
            Directory directory = parent.open(name, Open.NOFOLLOW);
            open.push(new Level(directory, archiveName, sorted(directory)));
        } else if (status.isSymbolicLink()) {
            ByteString linkTarget = ByteString.copyFrom(parent.readLink(name));
            tar.begin(entry(archiveName, TarEntry.Type.SYMBOLIC_LINK, status, linkTarget));
        } else if (status.isRegular()) {
            addFile(parent, name, archiveName);
        }
    }

    private static Iterator<byte[]> sorted(Directory directory) throws KernelException {
        List<byte[]> names = directory.names(Integer.MAX_VALUE);
        names.sort(Arrays::compareUnsigned);
        return names.iterator();
    }

    private void addFile(Directory parent, byte[] name, ByteString archiveName) throws IOException {
        try (Descriptor file = SafeOpen.forReading(parent, name, Open.NOFOLLOW, archiveName.toStringUtf8());
                Arena arena = Arena.ofConfined()) {
            // The size is promised in the header: a file that grows is cut there, one that shrinks is filled up.
            FileStatus status = Directory.status(file);
            tar.begin(entry(archiveName, TarEntry.Type.FILE, status, ByteString.EMPTY));
            MemorySegment buffer = arena.allocate(CHUNK, 16);
            byte[] copy = new byte[CHUNK];
            long left = status.size();
            while (left > 0) {
                int count = file.read(buffer.asSlice(0, Math.min(left, CHUNK)));
                if (count == 0) {
                    break;
                }
                MemorySegment.copy(buffer, ValueLayout.JAVA_BYTE, 0, copy, 0, count);
                tar.write(copy, count);
                left -= count;
            }
            tar.endFile();
        }
    }

    private static TarEntry entry(ByteString name, TarEntry.Type type, FileStatus status, ByteString linkTarget) {
        return new TarEntry(
                name,
                type,
                status.permissions(),
                type == TarEntry.Type.FILE ? status.size() : 0,
                status.modified(),
                linkTarget);
    }
}
