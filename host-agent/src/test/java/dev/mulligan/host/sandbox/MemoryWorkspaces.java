package dev.mulligan.host.sandbox;

import dev.mulligan.host.SandboxId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** A journal of workspaces that outlives the sandboxes that write it, as a file would. */
final class MemoryWorkspaces implements WorkspaceJournal {
    private final List<Entry> entries = new ArrayList<>();

    @Override
    public synchronized void insert(Workspace workspace) {
        entries.add(new Entry(workspace, false));
    }

    @Override
    public synchronized void setAttached(Workspace workspace, boolean attached) {
        entries.replaceAll(entry -> entry.workspace().equals(workspace) ? new Entry(workspace, attached) : entry);
    }

    @Override
    public synchronized List<Entry> all(SandboxId sandbox) {
        return entries.stream()
                .filter(entry -> entry.workspace().sandbox().equals(sandbox))
                .sorted(Comparator.comparing(entry -> entry.workspace().id()))
                .toList();
    }

    @Override
    public synchronized void copy(SandboxId parent, SandboxId child) {
        all(parent).stream()
                .filter(Entry::attached)
                .forEach(entry -> entries.add(new Entry(entry.workspace().in(child), true)));
    }

    @Override
    public synchronized void deleteAll(SandboxId sandbox) {
        entries.removeIf(entry -> entry.workspace().sandbox().equals(sandbox));
    }

    synchronized boolean isEmpty() {
        return entries.isEmpty();
    }

    @Override
    public synchronized String toString() {
        return entries.toString();
    }
}
