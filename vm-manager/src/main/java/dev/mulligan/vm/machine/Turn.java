package dev.mulligan.vm.machine;

import dev.mulligan.vm.VmErrorCode;
import dev.mulligan.vm.VmException;
import dev.mulligan.vm.VmId;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * Whose turn it is to change a machine. Verbs wait for theirs, up to a deadline. An observation never waits: if a
 * verb is at work, it is made up for when the verb is done.
 */
final class Turn {
    private final ReentrantLock lock = new ReentrantLock(true);
    private final AtomicBoolean requested = new AtomicBoolean();
    private final Duration timeout;
    private final Runnable observation;
    private volatile boolean changing;

    Turn(Duration timeout, Runnable observation) {
        this.timeout = timeout;
        this.observation = observation;
    }

    <T> T take(VmId id, Supplier<T> verb) {
        acquire(id);
        try {
            changing = true;
            return verb.get();
        } finally {
            changing = false;
            lock.unlock();
            observe();
        }
    }

    void request() {
        requested.set(true);
        observe();
    }

    boolean isTaken() {
        return lock.isLocked();
    }

    /** Whether a verb is at work; an observation may be, too, but changes nothing that a look at the domain would miss. */
    boolean isChanging() {
        return changing;
    }

    private void observe() {
        // Whoever fails to get the lock leaves the request to its holder, who comes by here after unlocking.
        while (requested.get() && lock.tryLock()) {
            try {
                requested.set(false);
                observation.run();
            } finally {
                lock.unlock();
            }
        }
    }

    private void acquire(VmId id) {
        if (lock.isHeldByCurrentThread()) {
            throw new IllegalStateException("machine " + id + ": a verb was called from within a verb");
        }
        try {
            if (lock.tryLock(timeout.toNanos(), TimeUnit.NANOSECONDS)) {
                return;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new VmException(VmErrorCode.CONFLICT, "interrupted while waiting for machine " + id, e);
        }
        throw VmException.of(
                VmErrorCode.CONFLICT,
                "machine " + id,
                "busy for more than " + timeout.toSeconds() + " s",
                "one operation at a time",
                "try again later");
    }
}
