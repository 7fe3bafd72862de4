package dev.mulligan.host.workspace.change;

import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import dev.mulligan.host.workspace.RelativePath;
import dev.mulligan.host.workspace.UpperEntry;
import java.util.Iterator;
import java.util.SortedMap;
import java.util.TreeMap;

/** The entries of one upper layer: bounded, in order, and such as an overlay can really have them. */
final class UpperLayer {
    private UpperLayer() {}

    /** @throws HostException {@code CHANGES_LIMIT}, or {@code GUEST_MISBEHAVED} for what no upper layer can be */
    static SortedMap<RelativePath, UpperEntry> read(Iterator<? extends UpperEntry> entries, ChangeLimits limits) {
        BoundedEntries bounded = new BoundedEntries(limits);
        entries.forEachRemaining(bounded);
        SortedMap<RelativePath, UpperEntry> layer = new TreeMap<>();
        for (UpperEntry entry : bounded.entries()) {
            if (layer.put(entry.path(), entry) != null) {
                throw misbehaved(entry.path(), "each path once");
            }
        }
        layer.keySet()
                .forEach(path -> path.parent().ifPresent(parent -> {
                    if (!(layer.get(parent) instanceof UpperEntry.Directory)) {
                        throw misbehaved(path, "a directory at " + parent);
                    }
                }));
        return layer;
    }

    private static HostException misbehaved(RelativePath path, String expected) {
        return HostException.of(HostErrorCode.GUEST_MISBEHAVED, "changes of a workspace")
                .value(path)
                .expected(expected)
                .remedy("none of them is taken; return the sandbox to a checkpoint")
                .build();
    }
}
