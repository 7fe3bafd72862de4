package dev.mulligan.image.archive;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarFile;

/**
 * A root file system as a tar. Files are found by the name they have in the archive, links are not followed; so a link
 * that leads out of the root leads nowhere.
 */
public final class RootArchive implements AutoCloseable {

    private static final long LARGEST_FILE = 256L << 20;

    private final TarFile tar;
    private final Map<String, TarArchiveEntry> files = new HashMap<>();

    private RootArchive(TarFile tar) {
        this.tar = tar;
        for (TarArchiveEntry entry : tar.getEntries()) {
            if (entry.isFile() && !entry.isLink() && !entry.isSymbolicLink()) {
                files.put(withoutDot(entry.getName()), entry);
            }
        }
    }

    public static RootArchive open(Path tar) throws IOException {
        return new RootArchive(new TarFile(tar));
    }

    /** The names of all regular files, without a leading slash or dot: {@code usr/bin/true}. */
    public Set<String> names() {
        return Collections.unmodifiableSet(files.keySet());
    }

    /** A file's content, under the first of the names that is there. */
    public Optional<byte[]> read(String... names) throws IOException {
        for (String name : names) {
            TarArchiveEntry entry = files.get(name);
            if (entry != null) {
                return Optional.of(content(entry));
            }
        }
        return Optional.empty();
    }

    @Override
    public void close() throws IOException {
        tar.close();
    }

    private byte[] content(TarArchiveEntry entry) throws IOException {
        if (entry.getSize() > LARGEST_FILE) {
            throw new IOException(
                    entry.getName() + ": " + entry.getSize() + " bytes (expected: at most " + LARGEST_FILE + ")");
        }
        try (InputStream input = tar.getInputStream(entry)) {
            return input.readNBytes((int) entry.getSize());
        }
    }

    private static String withoutDot(String name) {
        String rest = name.startsWith("./") ? name.substring(2) : name;
        return rest.startsWith("/") ? rest.substring(1) : rest;
    }
}
