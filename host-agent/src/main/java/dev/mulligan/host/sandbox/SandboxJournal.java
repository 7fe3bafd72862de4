package dev.mulligan.host.sandbox;

import dev.mulligan.host.SandboxId;
import dev.mulligan.host.store.Store;
import java.util.List;

/** Remembers sandboxes over a restart. A call has happened durably once it returns. Package-private on purpose. */
interface SandboxJournal {
    void insert(SandboxEntry entry);

    void update(SandboxEntry entry);

    void delete(SandboxId id);

    List<SandboxEntry> all();

    /** In the host agent's own database. */
    static SandboxJournal in(Store store) {
        return new StoredSandboxJournal(store);
    }
}
