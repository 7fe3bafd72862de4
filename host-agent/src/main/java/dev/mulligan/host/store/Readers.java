package dev.mulligan.host.store;

import java.util.ArrayDeque;
import java.util.Deque;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/** Connections for reading: opened when none is idle, a few kept. */
final class Readers implements AutoCloseable {
    private static final int KEPT = 8;

    private final Jdbi jdbi;
    private final Deque<Handle> idle = new ArrayDeque<>();
    private int inUse;
    private boolean closed;

    Readers(Jdbi jdbi) {
        this.jdbi = jdbi;
    }

    Handle take() {
        @Nullable Handle kept;
        synchronized (this) {
            if (closed) {
                throw new IllegalStateException("the store is closed");
            }
            inUse++;
            kept = idle.pollFirst();
        }
        if (kept != null) {
            return kept;
        }
        try {
            return jdbi.open();
        } catch (RuntimeException failure) {
            ended();
            throw failure;
        }
    }

    void giveBack(Handle handle, boolean healthy) {
        boolean keep;
        synchronized (this) {
            keep = healthy && !closed && idle.size() < KEPT;
            if (keep) {
                idle.addFirst(handle);
            }
        }
        if (!keep) {
            handle.close();
        }
        ended();
    }

    private synchronized void ended() {
        inUse--;
        notifyAll();
    }

    /** Waits for those who read: a connection must not be closed under them. */
    @Override
    public synchronized void close() {
        closed = true;
        boolean interrupted = false;
        while (inUse > 0) {
            try {
                wait();
            } catch (InterruptedException keepWaiting) {
                interrupted = true;
            }
        }
        idle.forEach(Handle::close);
        idle.clear();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
