package dev.mulligan.host.task;

import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import dev.mulligan.host.store.Store;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A database that SQLite itself lets grow no more, from a moment on. */
final class FillingStore implements Store {
    private final Store store;
    private final AtomicInteger refused = new AtomicInteger();

    FillingStore(Store store) {
        this.store = store;
    }

    /** From now on it has as many pages as it has. */
    void fill() {
        var _ = pragma("max_page_count = " + pragma("page_count"));
    }

    /** There is room again. */
    void empty() {
        var _ = pragma("max_page_count = 4294967294");
    }

    /** Writes that found no space. */
    int refused() {
        return refused.get();
    }

    private String pragma(String pragma) {
        return store.write(handle ->
                handle.createQuery("PRAGMA " + pragma).mapTo(String.class).one());
    }

    @Override
    public <T extends @Nullable Object> T write(Work<T> work) {
        try {
            return store.write(work);
        } catch (HostException failure) {
            if (failure.code() == HostErrorCode.HOST_DISK_FULL) {
                refused.incrementAndGet();
            }
            throw failure;
        }
    }

    @Override
    public <T extends @Nullable Object> T read(Work<T> work) {
        return store.read(work);
    }

    @Override
    public void close() {}
}
