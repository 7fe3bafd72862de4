package dev.mulligan.host.task;

import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import dev.mulligan.host.store.Store;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** A store that has no space to write as long as someone says so. */
final class FullStore implements Store {
    private final Store store;
    private final BooleanSupplier full;

    FullStore(Store store, BooleanSupplier full) {
        this.store = store;
        this.full = full;
    }

    @Override
    public <T extends @Nullable Object> T write(Work<T> work) {
        if (full.getAsBoolean()) {
            throw HostException.of(HostErrorCode.HOST_DISK_FULL, "no space to write")
                    .build();
        }
        return store.write(work);
    }

    @Override
    public <T extends @Nullable Object> T read(Work<T> work) {
        return store.read(work);
    }

    @Override
    public void close() {}
}
