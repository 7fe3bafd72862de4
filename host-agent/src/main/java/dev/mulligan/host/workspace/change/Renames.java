package dev.mulligan.host.workspace.change;

import dev.mulligan.host.workspace.FolderEntry;
import dev.mulligan.host.workspace.RelativePath;
import dev.mulligan.host.workspace.Sha256;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** Finds files that only moved: one deleted, one created, of the same content, which is not empty. */
final class Renames {
    /** So many of one content are looked through for the same name; further ones are taken in order. */
    private static final int LOOKED_THROUGH = 64;

    private Renames() {}

    static SortedMap<RelativePath, Change> findIn(SortedMap<RelativePath, Change> changes) {
        Map<Sha256, List<Change.Deleted>> deleted = new HashMap<>();
        for (Change change : changes.values()) {
            if (change instanceof Change.Deleted gone
                    && gone.old() instanceof FolderEntry.File file
                    && file.size() > 0) {
                deleted.computeIfAbsent(file.digest(), _ -> new ArrayList<>()).add(gone);
            }
        }
        SortedMap<RelativePath, Change> result = new TreeMap<>(changes);
        if (deleted.isEmpty()) {
            return result;
        }
        for (Change change : changes.values()) {
            if (change instanceof Change.Created(RelativePath path, FolderEntry.File file)) {
                List<Change.Deleted> candidates = deleted.getOrDefault(file.digest(), List.of());
                if (!candidates.isEmpty()) {
                    Change.Deleted origin = candidates.remove(best(candidates, path));
                    result.remove(origin.path());
                    result.put(path, new Change.Renamed(origin.path(), path, (FolderEntry.File) origin.old(), file));
                }
            }
        }
        return result;
    }

    /** The one of the same name; else the last, which costs nothing to take away. */
    private static int best(List<Change.Deleted> candidates, RelativePath path) {
        int last = candidates.size() - 1;
        for (int at = last; at >= 0 && at > last - LOOKED_THROUGH; at--) {
            if (candidates.get(at).path().name().equals(path.name())) {
                return at;
            }
        }
        return last;
    }
}
