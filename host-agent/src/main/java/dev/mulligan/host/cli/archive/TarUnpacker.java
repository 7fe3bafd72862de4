package dev.mulligan.host.cli.archive;

import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.jspecify.annotations.Nullable;

/**
 * Unpacks an archive of one directory that a guest sent. A guest is not trusted, so:
 *
 * <ul>
 *   <li>a name that is absolute or contains {@code ..} ends it, and so does one that leads through a symbolic link;
 *   <li>existing files are replaced, never written through;
 *   <li>symbolic links are made after everything else, and only those that stay inside;
 *   <li>hard links only to files of the same archive;
 *   <li>devices and FIFOs are skipped; set-user-id, set-group-id and sticky bits are dropped; owners are not taken over;
 *   <li>the number of entries, the bytes of files, the size of headers, each name and all names together are bounded;
 *   <li>global headers end it: the tar reader keeps all that they say.
 * </ul>
 *
 * <p>What is skipped is reported. After a failure, what was unpacked before stays. For one thread.
 */
public final class TarUnpacker {
    private static final long LARGEST_HEADER = 1 << 20;
    private static final int PERMISSIONS = 0777;

    private final UnpackTarget target;
    private final Bounds bounds;
    private final Consumer<String> skipped;
    private final List<PendingLink> links = new ArrayList<>();
    private long entries;
    private long bytes;
    private long names;

    /**
     * Prepares to unpack.
     *
     * @param directory stands for the archive's only top directory; created if missing
     * @param skipped told the name of what is left out, and why
     */
    public TarUnpacker(Path directory, Bounds bounds, Consumer<String> skipped) {
        this.target = new UnpackTarget(directory);
        this.bounds = bounds;
        this.skipped = skipped;
    }

    private record PendingLink(Path path, String target) {}

    /**
     * Reads the archive to its end.
     *
     * @return how many entries were unpacked
     * @throws HostException BAD_PATH or OUTPUT_LIMIT, as said above
     */
    public long unpack(InputStream archive) throws IOException {
        HeaderBudget budget = new HeaderBudget(archive);
        long unpacked = 0;
        try (TarArchiveInputStream tar = new LocalHeaders(budget)) {
            TarArchiveEntry entry = next(tar, budget);
            while (entry != null) {
                count(entry);
                unpacked += unpack(entry, tar) ? 1 : 0;
                // To the entry's end first: its content must not count as the next one's header.
                tar.transferTo(OutputStream.nullOutputStream());
                entry = next(tar, budget);
            }
        }
        for (PendingLink link : links) {
            if (target.link(link.path(), link.target())) {
                unpacked++;
            } else {
                skipped.accept(target.relative(link.path()) + ": symbolic link that leads out, to " + link.target());
            }
        }
        target.finish();
        return unpacked;
    }

    private void count(TarArchiveEntry entry) {
        if (++entries > bounds.entries()) {
            throw tooMuch("entries", bounds.entries());
        }
        names += entry.getName().length() + entry.getLinkName().length();
        if (names > bounds.names()) {
            throw tooMuch("characters in names", bounds.names());
        }
    }

    private static @Nullable TarArchiveEntry next(TarArchiveInputStream tar, HeaderBudget budget) throws IOException {
        budget.limit(LARGEST_HEADER);
        TarArchiveEntry entry = tar.getNextEntry();
        budget.lift();
        return entry;
    }

    private boolean unpack(TarArchiveEntry entry, TarArchiveInputStream content) throws IOException {
        EntryName name = EntryName.parse(entry.getName());
        Path path = name.below(target.directory());
        if (entry.isSymbolicLink()) {
            target.requireInside(path);
            EntryName.requireBounded(entry.getLinkName());
            links.add(new PendingLink(path, entry.getLinkName()));
            return false;
        }
        if (entry.isLink()) {
            return hardLink(entry, path);
        }
        if (entry.isDirectory()) {
            target.createDirectory(path, permissions(entry));
            return true;
        }
        if (!entry.isFile() || entry.isBlockDevice() || entry.isCharacterDevice() || entry.isFIFO()) {
            skipped.accept(entry.getName() + ": neither a file nor a directory nor a link");
            return false;
        }
        target.requireInside(path);
        bytes += target.writeFile(path, permissions(entry), content, bounds.bytes() - bytes);
        return true;
    }

    private boolean hardLink(TarArchiveEntry entry, Path path) throws IOException {
        target.requireInside(path);
        Path existing = EntryName.parse(entry.getLinkName()).below(target.directory());
        if (target.hardLink(path, existing)) {
            return true;
        }
        skipped.accept(entry.getName() + ": hard link to what is no file of this archive: " + entry.getLinkName());
        return false;
    }

    private static Set<PosixFilePermission> permissions(TarArchiveEntry entry) {
        return Permissions.of(entry.getMode() & PERMISSIONS);
    }

    static HostException tooMuch(String what, long limit) {
        return HostException.of(HostErrorCode.OUTPUT_LIMIT, "archive with too many " + what)
                .value("more than " + limit)
                .expected("at most that")
                .remedy("copy a part of it")
                .build();
    }
}
