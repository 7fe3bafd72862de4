package dev.mulligan.host.workspace.change;

import dev.mulligan.host.workspace.FolderManifest;
import dev.mulligan.host.workspace.RelativePath;
import java.text.Normalizer;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Finds new paths that differ from others only in case or in the form of their letters (Unicode NFC and NFD): to Linux
 * they are two, to people and to some file systems they are one.
 */
final class Lookalikes {
    private Lookalikes() {}

    /** Each new path with the one that it looks like. */
    static SortedMap<RelativePath, RelativePath> find(FolderManifest folder, Collection<Change> changes) {
        Map<String, RelativePath> created = new HashMap<>();
        SortedMap<RelativePath, RelativePath> found = new TreeMap<>();
        for (Change change : changes) {
            if (change instanceof Change.Created || change instanceof Change.Renamed) {
                RelativePath other = created.putIfAbsent(look(change.path()), change.path());
                if (other != null) {
                    found.put(change.path(), other);
                }
            }
        }
        if (!created.isEmpty()) {
            folder.forEach((path, _) -> {
                RelativePath twin = created.get(look(path));
                if (twin != null && !twin.equals(path)) {
                    found.put(twin, path);
                }
            });
        }
        return Collections.unmodifiableSortedMap(found);
    }

    private static String look(RelativePath path) {
        if (!path.isText()) {
            return path.toString();
        }
        // Upper case first: it joins letters that lower case alone keeps apart.
        String text = Normalizer.normalize(path.bytes().toStringUtf8(), Normalizer.Form.NFKC);
        return text.toUpperCase(Locale.ROOT).toLowerCase(Locale.ROOT);
    }
}
