package dev.mulligan.host.audit;

import dev.mulligan.host.store.Store;
import org.jspecify.annotations.Nullable;

/** A store whose user is killed at its next write, just before it or just after. */
final class CutOffStore implements Store {
    private final Store store;
    private final boolean after;

    CutOffStore(Store store, boolean after) {
        this.store = store;
        this.after = after;
    }

    @Override
    public <T extends @Nullable Object> T write(Work<T> work) {
        if (!after) {
            throw new Killed();
        }
        store.write(work);
        throw new Killed();
    }

    @Override
    public <T extends @Nullable Object> T read(Work<T> work) {
        return store.read(work);
    }

    @Override
    public void close() {}

    /** The end of a process. Nothing in the host agent catches it. */
    static final class Killed extends Error {
        private static final long serialVersionUID = 1L;

        Killed() {
            super("killed", null, false, false);
        }
    }
}
