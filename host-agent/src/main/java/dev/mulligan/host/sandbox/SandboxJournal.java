package dev.mulligan.host.sandbox;

import dev.mulligan.host.SandboxId;
import dev.mulligan.host.store.Store;
import java.util.List;

/** Remembers sandboxes over a restart. A call has happened durably once it returns. Package-private on purpose. */
interface SandboxJournal {
    void insert(SandboxEntry entry);

    default void update(SandboxEntry entry) {
        update(List.of(entry));
    }

    /** All of them, or none. */
    void update(List<SandboxEntry> entries);

    void delete(SandboxId id);

    List<SandboxEntry> all();

    /** In the host agent's own database. */
    static SandboxJournal in(Store store) {
        return new StoredSandboxJournal(store);
    }
}
