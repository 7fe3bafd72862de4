package dev.mulligan.host.workspace.change;

import com.google.protobuf.ByteString;
import dev.mulligan.host.workspace.FolderEntry;
import dev.mulligan.host.workspace.FolderManifest;
import dev.mulligan.host.workspace.LinkTarget;
import dev.mulligan.host.workspace.RelativePath;
import dev.mulligan.host.workspace.UpperEntry;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Works out, from the folder below and the layer above, what has changed. Used once. */
final class Comparison {
    /** What the host agent itself puts into a folder for the moment of an apply begins like this. */
    private static final ByteString RESERVED = ByteString.copyFromUtf8(".mulligan-");

    private final FolderManifest folder;
    private final SortedMap<RelativePath, UpperEntry> layer;
    private final SortedMap<RelativePath, Change> changes = new TreeMap<>();
    private final List<Refusal> refusals = new ArrayList<>();
    /** The last opaque directory; what is below it has been seen to. */
    private @Nullable RelativePath opaque;
    /** The last entry that was refused and that the folder has no directory for: nothing can come below it. */
    private @Nullable RelativePath closed;

    Comparison(FolderManifest folder, SortedMap<RelativePath, UpperEntry> layer) {
        this.folder = folder;
        this.layer = layer;
    }

    ChangeSet compare() {
        layer.values().forEach(this::compare);
        SortedMap<RelativePath, Change> renamed = Renames.findIn(changes);
        return new ChangeSet(
                List.copyOf(renamed.values()), List.copyOf(refusals), Lookalikes.find(folder, renamed.values()));
    }

    private void compare(UpperEntry upper) {
        RelativePath path = upper.path();
        Optional<FolderEntry> before = folder.find(path);
        if (closed != null && path.isBelow(closed)) {
            refuse(path, "its directory is refused");
        } else if (path.first().startsWith(RESERVED)) {
            close(path, before, "a name that is Mulligan's own");
        } else {
            switch (upper) {
                case UpperEntry.File file -> compare(file, before);
                case UpperEntry.Directory directory -> compare(directory, before);
                case UpperEntry.Link link -> compare(link, before);
                case UpperEntry.Removed _ -> before.ifPresent(old -> delete(path, old));
                case UpperEntry.Other other -> close(path, before, other.what());
            }
        }
    }

    private void compare(UpperEntry.File file, Optional<FolderEntry> before) {
        if (isSpecial(file.mode())) {
            close(file.path(), before, special(file.mode()));
            return;
        }
        boolean same = before.orElse(null) instanceof FolderEntry.File old
                && old.digest().equals(file.digest())
                && old.mode() == file.mode();
        if (!same) {
            replace(
                    file.path(),
                    before,
                    new FolderEntry.File(file.mode(), file.size(), file.modified(), file.digest()));
        }
    }

    private void compare(UpperEntry.Link link, Optional<FolderEntry> before) {
        LinkTarget target = link.target();
        boolean same = before.orElse(null) instanceof FolderEntry.Link old
                && old.target().equals(target);
        if (same) {
            return;
        }
        if (target.leadsOut(link.path())) {
            close(link.path(), before, "link that leads out of the folder, to " + target);
        } else {
            replace(link.path(), before, new FolderEntry.Link(target));
        }
    }

    private void compare(UpperEntry.Directory directory, Optional<FolderEntry> before) {
        RelativePath path = directory.path();
        if (isSpecial(directory.mode())) {
            close(path, before, special(directory.mode()));
        } else {
            boolean same = before.orElse(null) instanceof FolderEntry.Directory old && old.mode() == directory.mode();
            if (!same) {
                replace(path, before, new FolderEntry.Directory(directory.mode(), directory.modified()));
            }
        }
        if (directory.opaque() && (opaque == null || !path.isBelow(opaque))) {
            opaque = path;
            for (RelativePath below : folder.below(path)) {
                if (!layer.containsKey(below)) {
                    folder.find(below).ifPresent(old -> changes.put(below, new Change.Deleted(below, old)));
                }
            }
        }
    }

    /** What a directory held is gone if it is no directory any more. */
    private void replace(RelativePath path, Optional<FolderEntry> before, FolderEntry after) {
        if (before.isEmpty()) {
            changes.put(path, new Change.Created(path, after));
            return;
        }
        if (before.get() instanceof FolderEntry.Directory && !(after instanceof FolderEntry.Directory)) {
            delete(path, before.get());
        }
        changes.put(path, new Change.Modified(path, before.get(), after));
    }

    private void delete(RelativePath path, FolderEntry old) {
        changes.put(path, new Change.Deleted(path, old));
        for (RelativePath below : folder.below(path)) {
            folder.find(below).ifPresent(one -> changes.put(below, new Change.Deleted(below, one)));
        }
    }

    private void close(RelativePath path, Optional<FolderEntry> before, String reason) {
        refuse(path, reason);
        if (!(before.orElse(null) instanceof FolderEntry.Directory)) {
            closed = path;
        }
    }

    private void refuse(RelativePath path, String reason) {
        refusals.add(new Refusal(path, reason));
    }

    private static boolean isSpecial(int mode) {
        return (mode & ~FolderEntry.PERMISSIONS) != 0;
    }

    private static String special(int mode) {
        return "mode 0%o: set-user-id, set-group-id or sticky".formatted(mode);
    }
}
