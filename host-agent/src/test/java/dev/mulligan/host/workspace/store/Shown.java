package dev.mulligan.host.workspace.store;

import dev.mulligan.host.workspace.FolderEntry;
import dev.mulligan.host.workspace.FolderManifest;
import dev.mulligan.host.workspace.RelativePath;
import dev.mulligan.host.workspace.Trees;
import dev.mulligan.host.workspace.UpperEntry;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;

/** What a folder shows, in a few words for each path: as it is, and as an overlay of a layer would show it. */
final class Shown {
    private Shown() {}

    static Map<String, String> of(Path folder) throws IOException {
        Map<String, String> shown = new TreeMap<>();
        Trees.manifest(folder).forEach((path, entry) -> shown.put(path.toString(), describe(entry)));
        return shown;
    }

    /** By overlayfs(rst): whiteouts hide, opaque directories and everything that is no directory hide what is below. */
    static Map<String, String> overlay(FolderManifest lower, Collection<UpperEntry> upper) {
        Map<RelativePath, String> shown = new TreeMap<>();
        lower.forEach((path, entry) -> shown.put(path, describe(entry)));
        for (UpperEntry entry :
                upper.stream().sorted((a, b) -> a.path().compareTo(b.path())).toList()) {
            boolean merges = entry instanceof UpperEntry.Directory directory && !directory.opaque();
            if (!merges) {
                shown.keySet().removeIf(path -> path.isBelow(entry.path()));
            }
            switch (entry) {
                case UpperEntry.File file -> shown.put(file.path(), "file %o %s".formatted(file.mode(), file.digest()));
                case UpperEntry.Directory directory ->
                    shown.put(directory.path(), "directory %o".formatted(directory.mode()));
                case UpperEntry.Link link -> shown.put(link.path(), "link " + link.target());
                case UpperEntry.Removed removed -> shown.remove(removed.path());
                case UpperEntry.Other other -> throw new IllegalArgumentException(other.what());
            }
        }
        Map<String, String> result = new TreeMap<>();
        shown.forEach((path, text) -> result.put(path.toString(), text));
        return result;
    }

    private static String describe(FolderEntry entry) {
        return switch (entry) {
            case FolderEntry.File file -> "file %o %s".formatted(file.mode(), file.digest());
            case FolderEntry.Directory directory -> "directory %o".formatted(directory.mode());
            case FolderEntry.Link link -> "link " + link.target();
        };
    }
}
