package dev.mulligan.host.store;

import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * A database with one writer. Safe for use by several threads; blocking, so call it from a thread that may wait.
 *
 * <p>Errors are {@link dev.mulligan.host.HostException}s: {@code HOST_DISK_FULL}, {@code STATE_IN_USE},
 * {@code STORE_UNAVAILABLE}. After any of them the transaction has left nothing.
 */
public interface Store extends AutoCloseable {
    /** Runs work that may write, alone and as one transaction; what it wrote is kept once this has returned. */
    <T extends @Nullable Object> T write(Work<T> work);

    /** Runs work that reads one state of the database, beside writers and other readers. */
    <T extends @Nullable Object> T read(Work<T> work);

    /** Ends the use of the database; calls that run are waited for. Closing twice is fine. */
    @Override
    void close();

    /** Work in a transaction. What it throws ends the transaction without a trace, and reaches the caller. */
    @FunctionalInterface
    interface Work<T extends @Nullable Object> {
        T run(Handle handle);
    }
}
