package dev.mulligan.host.workspace.change;

import dev.mulligan.host.workspace.FolderManifest;
import dev.mulligan.host.workspace.RelativePath;
import dev.mulligan.host.workspace.UpperEntry;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a task wrote, compared with the folder as it was packed. A file that was written again as it was is no change,
 * nor is a time by itself.
 *
 * @param changes in the order of their paths, each path once
 * @param refusals what the task did that is no change because it must not reach the host
 * @param lookalikes new paths that people, or file systems that ignore case, could take for another one, with that one
 */
public record ChangeSet(
        List<Change> changes, List<Refusal> refusals, SortedMap<RelativePath, RelativePath> lookalikes) {
    public ChangeSet {
        changes = List.copyOf(changes);
        refusals = List.copyOf(refusals);
        lookalikes = Collections.unmodifiableSortedMap(new TreeMap<>(lookalikes));
    }

    /**
     * Works it out. It costs what the layer holds, and one look at each path of the folder if there are new ones; never
     * more memory than the limits allow.
     *
     * @param entries of the upper layer, in any order
     * @throws dev.mulligan.host.HostException {@code CHANGES_LIMIT}; {@code GUEST_MISBEHAVED} if the entries are not
     *     such as an overlay's upper layer can have: a path twice, or one whose parent is no directory of the layer
     */
    public static ChangeSet of(FolderManifest folder, Iterator<? extends UpperEntry> entries, ChangeLimits limits) {
        return new Comparison(folder, UpperLayer.read(entries, limits)).compare();
    }
}
