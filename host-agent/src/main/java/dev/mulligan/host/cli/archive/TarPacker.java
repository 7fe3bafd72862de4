package dev.mulligan.host.cli.archive;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFileAttributes;
import java.util.function.Consumer;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

/** Packs what is in a directory of this machine: names relative to it, links as links, nothing but files and links. */
public final class TarPacker {
    private final Path directory;
    private final Consumer<String> skipped;

    /**
     * Prepares to pack.
     *
     * @param skipped told the name of what is left out, and why
     */
    public TarPacker(Path directory, Consumer<String> skipped) {
        this.directory = directory;
        this.skipped = skipped;
    }

    /** Writes the archive; the stream stays open. */
    public void pack(OutputStream output) throws IOException {
        OutputStream kept = new FilterOutputStream(output) {
            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
                out.write(bytes, offset, length);
            }

            @Override
            public void close() throws IOException {
                flush();
            }
        };
        try (TarArchiveOutputStream tar = new TarArchiveOutputStream(kept, "UTF-8")) {
            tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
            tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
            tar.setAddPaxHeadersForNonAsciiNames(true);
            Files.walkFileTree(directory, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult preVisitDirectory(Path path, BasicFileAttributes attributes) throws IOException {
                    if (!path.equals(directory)) {
                        add(tar, entry(path, name(path) + "/", TarConstants.LF_DIR));
                    }
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFile(Path path, BasicFileAttributes attributes) throws IOException {
                    if (attributes.isSymbolicLink()) {
                        TarArchiveEntry entry = new TarArchiveEntry(name(path), TarConstants.LF_SYMLINK);
                        entry.setLinkName(Files.readSymbolicLink(path).toString());
                        add(tar, entry);
                    } else if (attributes.isRegularFile()) {
                        file(tar, path, attributes.size());
                    } else {
                        skipped.accept(name(path) + ": neither a file nor a directory nor a link");
                    }
                    return FileVisitResult.CONTINUE;
                }
            });
        }
    }

    private void file(TarArchiveOutputStream tar, Path path, long size) throws IOException {
        TarArchiveEntry entry = entry(path, name(path), TarConstants.LF_NORMAL);
        entry.setSize(size);
        tar.putArchiveEntry(entry);
        try (InputStream content = Files.newInputStream(path)) {
            byte[] buffer = new byte[1 << 16];
            long left = size;
            while (left > 0) {
                int count = content.read(buffer, 0, (int) Math.min(left, buffer.length));
                if (count < 0) {
                    throw new IOException(path + ": became shorter while it was read");
                }
                tar.write(buffer, 0, count);
                left -= count;
            }
        }
        tar.closeArchiveEntry();
    }

    private static TarArchiveEntry entry(Path path, String name, byte kind) throws IOException {
        TarArchiveEntry entry = new TarArchiveEntry(name, kind);
        PosixFileAttributes attributes =
                Files.readAttributes(path, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        entry.setMode(Permissions.mode(attributes.permissions()));
        entry.setLastModifiedTime(attributes.lastModifiedTime());
        return entry;
    }

    private static void add(TarArchiveOutputStream tar, TarArchiveEntry entry) throws IOException {
        tar.putArchiveEntry(entry);
        tar.closeArchiveEntry();
    }

    private String name(Path path) {
        return directory.relativize(path).toString();
    }
}
