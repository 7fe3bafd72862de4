package dev.mulligan.guest.files;

import com.google.protobuf.ByteString;
import dev.mulligan.guest.failure.GuestException;
import dev.mulligan.guest.linux.Directory;
import dev.mulligan.guest.linux.Errno;
import dev.mulligan.guest.linux.FileStatus;
import dev.mulligan.guest.linux.KernelException;
import dev.mulligan.guest.linux.Open;
import dev.mulligan.guest.tar.TarEntry;
import dev.mulligan.guest.tar.TarReader;
import dev.mulligan.proto.guest.v1.UnpackResponse;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import java.util.Optional;

/**
 * Unpacks an archive below a directory and nowhere else: the call Unpack.
 *
 * <p>Every entry is reached from that directory step by step, each step through a directory that is held open and may not
 * be a link. So neither a link that was there before, nor one from this archive, nor one that a program puts there
 * meanwhile leads out.
 */
final class Unpacker {
    private static final int CHUNK = 64 * 1024;
    private static final int DIRECTORY_MODE = 0755;

    private final Directory root;
    private final TarReader tar;
    private long entries;
    private long bytes;

    private Unpacker(Directory root, TarReader tar) {
        this.root = root;
        this.tar = tar;
    }

    static UnpackResponse unpack(BytePath path, InputStream archive) throws IOException {
        try (Directory fileSystem = Directory.root();
                Directory root = fileSystem.open(path.toBytes(), 0)) {
            Unpacker unpacker = new Unpacker(root, new TarReader(archive));
            TarEntry entry = unpacker.tar.next();
            while (entry != null) {
                unpacker.unpack(entry);
                entry = unpacker.tar.next();
            }
            // What follows the end is padding; taking it lets the host finish its stream.
            archive.transferTo(OutputStream.nullOutputStream());
            return UnpackResponse.newBuilder()
                    .setEntries(unpacker.entries)
                    .setBytes(unpacker.bytes)
                    .build();
        }
    }

    private void unpack(TarEntry entry) throws IOException {
        if (entry.type() == TarEntry.Type.OTHER) {
            throw refused(entry, "a file, a directory or a symbolic link");
        }
        if (!entry.name().isEmpty() && entry.name().byteAt(0) == '/') {
            throw refused(entry, "a relative name");
        }
        List<ByteString> components = BytePath.split(withoutLeadingDot(entry.name()));
        if (components.isEmpty()) {
            // "." itself: it exists already.
            return;
        }
        try (Directory parent = parent(entry, components)) {
            byte[] name = components.getLast().toByteArray();
            switch (entry.type()) {
                case DIRECTORY -> makeDirectory(entry, parent, name);
                case FILE -> writeFile(entry, parent, name);
                case SYMBOLIC_LINK -> {
                    clear(entry, parent, name);
                    parent.makeLink(name, entry.linkTarget().toByteArray());
                }
                case OTHER -> throw new AssertionError("refused above");
            }
        }
        entries++;
    }

    /** "./a" is how most archives of "." name it. */
    private static ByteString withoutLeadingDot(ByteString name) {
        if (name.equals(ByteString.copyFromUtf8("."))) {
            return ByteString.EMPTY;
        }
        return name.startsWith(ByteString.copyFromUtf8("./")) ? name.substring(2) : name;
    }

    private Directory parent(TarEntry entry, List<ByteString> components) throws IOException {
        Directory current = root.open(new byte[] {'.'}, Open.NOFOLLOW);
        for (ByteString component : components.subList(0, components.size() - 1)) {
            try (Directory above = current) {
                current = enter(entry, above, component.toByteArray());
            }
        }
        return current;
    }

    private static Directory enter(TarEntry entry, Directory above, byte[] name) throws KernelException {
        try {
            return above.open(name, Open.NOFOLLOW);
        } catch (KernelException e) {
            if (e.errno() == Errno.ENOENT) {
                above.makeDirectory(name, DIRECTORY_MODE);
                return above.open(name, Open.NOFOLLOW);
            }
            if (e.errno() == Errno.ELOOP || e.errno() == Errno.ENOTDIR) {
                throw refused(entry, "no link and no file on its way");
            }
            throw e;
        }
    }

    private static void makeDirectory(TarEntry entry, Directory parent, byte[] name) throws KernelException {
        try {
            parent.makeDirectory(name, DIRECTORY_MODE);
        } catch (KernelException e) {
            if (e.errno() != Errno.EEXIST) {
                throw e;
            }
            if (!parent.status(name).isDirectory()) {
                throw refused(entry, "no link and no file in its place");
            }
            return;
        }
        // Whatever the archive says, its owner can fill it: the entries below come next.
        parent.changeMode(name, (entry.mode() & 0777) | 0700);
    }

    private void writeFile(TarEntry entry, Directory parent, byte[] name) throws IOException {
        clear(entry, parent, name);
        try (StagedFile file = new StagedFile(parent)) {
            byte[] buffer = new byte[CHUNK];
            int count = tar.read(buffer);
            while (count >= 0) {
                file.write(buffer, count);
                bytes += count;
                count = tar.read(buffer);
            }
            file.changeMode(entry.mode() & 0777);
            file.place(name);
        }
        parent.changeModified(name, entry.modified());
    }

    /** A file or link in the entry's place makes room; a directory stays. */
    private static void clear(TarEntry entry, Directory parent, byte[] name) throws KernelException {
        Optional<FileStatus> old = parent.find(name);
        if (old.isPresent() && old.get().isDirectory()) {
            throw refused(entry, "no directory in its place");
        }
        if (old.isPresent() && entry.type() == TarEntry.Type.SYMBOLIC_LINK) {
            parent.removeFile(name);
        }
    }

    private static GuestException refused(TarEntry entry, String expected) {
        return GuestException.invalid("archive entry", entry.name().toStringUtf8() + ", " + entry.type(), expected);
    }
}
