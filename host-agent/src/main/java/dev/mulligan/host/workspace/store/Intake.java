package dev.mulligan.host.workspace.store;

import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import dev.mulligan.host.workspace.FolderEntry;
import dev.mulligan.host.workspace.RelativePath;
import dev.mulligan.host.workspace.Sha256;
import dev.mulligan.host.workspace.UpperContent;
import dev.mulligan.host.workspace.apply.ContentStore;
import dev.mulligan.host.workspace.change.Change;
import dev.mulligan.host.workspace.folder.GrantedFolder;
import dev.mulligan.host.workspace.folder.OpenDirectories;
import dev.mulligan.host.workspace.folder.OpenFile;
import dev.mulligan.host.workspace.text.Text;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * Brings content to the host: what the task wrote, checked against what was declared; and what texts were before, so
 * that they can be compared and merged when the folder's own have changed. Used once.
 */
final class Intake {
    /** So much of texts as they were before; further ones are compared while the folder still has them. */
    private static final long BEFORE_LIMIT = 256L << 20;

    private final ContentStore store;
    private final UpperContent content;
    private final Set<Sha256> taken = new HashSet<>();
    private long before;

    Intake(ContentStore store, UpperContent content) {
        this.store = store;
        this.content = content;
    }

    /** Returns what is in the store now because of these changes. */
    Set<Sha256> take(List<Change> changes, Path folder, OpenDirectories directories) throws IOException {
        takeWritten(changes);
        for (Change change : changes) {
            if (change instanceof Change.Modified(RelativePath path, FolderEntry.File old, FolderEntry.File _)
                    && old.size() <= Math.min(Text.MAXIMUM_BYTES, BEFORE_LIMIT - before)) {
                takeBefore(folder, directories, path, old);
            }
        }
        store.sync();
        return taken;
    }

    /** Asks for what is not there yet, each content once; many files at a time. */
    private void takeWritten(List<Change> changes) throws IOException {
        Map<RelativePath, FolderEntry.File> wanted = new LinkedHashMap<>();
        for (Change change : changes) {
            if (change.after().orElse(null) instanceof FolderEntry.File file
                    && taken.add(file.digest())
                    && !store.has(file.digest())) {
                wanted.put(change.path(), file);
            }
        }
        if (!wanted.isEmpty()) {
            content.read(
                    List.copyOf(wanted.keySet()),
                    (path, bytes) -> keep(path, Objects.requireNonNull(wanted.remove(path)), bytes));
            if (!wanted.isEmpty()) {
                throw new IllegalStateException(
                        "content of " + wanted.size() + " files (expected: of each that was asked for)");
            }
        }
    }

    private void keep(RelativePath path, FolderEntry.File file, InputStream bytes) throws IOException {
        Sha256 digest = store.put(new BoundedStream(bytes, file.size()));
        if (!digest.equals(file.digest())) {
            // What came is no use to anybody; the store forgets it with the next sweep.
            throw HostException.of(HostErrorCode.GUEST_MISBEHAVED, "content of " + path)
                    .value(digest)
                    .expected("the " + file.size() + " bytes with digest " + file.digest() + " that were declared")
                    .remedy("let nothing in the sandbox write while its changes are taken, and try again")
                    .build();
        }
    }

    private void takeBefore(Path folder, OpenDirectories directories, RelativePath path, FolderEntry.File old)
            throws IOException {
        if (!store.has(old.digest()) && !fromFolder(folder, directories, path, old)) {
            Optional<InputStream> packed = content.openPacked(path);
            if (packed.isEmpty()) {
                return;
            }
            try (InputStream bytes = packed.get()) {
                store.put(new BoundedStream(bytes, old.size()));
            }
        }
        if (store.has(old.digest())) {
            taken.add(old.digest());
            before += old.size();
        }
    }

    /** Whether the folder's file is still the one that was packed; the folder may be gone meanwhile. */
    private boolean fromFolder(Path folder, OpenDirectories directories, RelativePath path, FolderEntry.File old) {
        try (GrantedFolder granted = new GrantedFolder(directories.open(folder))) {
            return granted.at(path, (directory, name) -> {
                try (OpenFile file = directory.open(name)) {
                    return file.status().size() == old.size()
                            && store.put(new BoundedStream(file.content(), old.size()))
                                    .equals(old.digest());
                }
            });
        } catch (IOException notThere) {
            return false;
        }
    }
}
