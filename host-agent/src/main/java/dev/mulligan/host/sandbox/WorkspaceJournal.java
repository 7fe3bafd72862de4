package dev.mulligan.host.sandbox;

import dev.mulligan.host.SandboxId;
import dev.mulligan.host.store.Store;
import java.util.List;

/** The workspaces of all sandboxes, as they outlive the host agent. */
interface WorkspaceJournal {
    /** In the journal's database. */
    static WorkspaceJournal in(Store store) {
        return new StoredWorkspaceJournal(store);
    }

    /** One that is about to be attached. */
    void insert(Workspace workspace);

    void setAttached(Workspace workspace, boolean attached);

    /** All that a sandbox ever had, by id. */
    List<Entry> all(SandboxId sandbox);

    /** Gives a fork those that are attached to its parent. */
    void copy(SandboxId parent, SandboxId child);

    void deleteAll(SandboxId sandbox);

    /** A workspace, and whether it is shown or shall be. */
    record Entry(Workspace workspace, boolean attached) {}
}
