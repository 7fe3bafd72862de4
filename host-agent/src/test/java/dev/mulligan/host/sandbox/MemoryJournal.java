package dev.mulligan.host.sandbox;

import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import dev.mulligan.host.SandboxId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A journal that outlives the sandboxes that write it, as a file would. */
final class MemoryJournal implements SandboxJournal {
    private final Map<SandboxId, SandboxEntry> entries = new LinkedHashMap<>();
    private boolean deletionFails;

    @Override
    public synchronized void insert(SandboxEntry entry) {
        entries.put(entry.sandbox().id(), entry);
    }

    @Override
    public synchronized void update(List<SandboxEntry> all) {
        for (SandboxEntry entry : all) {
            if (entries.replace(entry.sandbox().id(), entry) == null) {
                throw new AssertionError("no row of " + entry);
            }
        }
    }

    /** The next deletion of a row fails. */
    synchronized void refuseNextDeletion() {
        deletionFails = true;
    }

    @Override
    public synchronized void delete(SandboxId id) {
        if (deletionFails) {
            deletionFails = false;
            throw HostException.of(HostErrorCode.STORE_UNAVAILABLE, "the journal cannot be written")
                    .build();
        }
        entries.remove(id);
    }

    @Override
    public synchronized List<SandboxEntry> all() {
        return new ArrayList<>(entries.values());
    }
}
