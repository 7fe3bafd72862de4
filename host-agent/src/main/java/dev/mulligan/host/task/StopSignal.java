package dev.mulligan.host.task;

import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * Asks a running task to stop; the first reason stands. The task's thread is interrupted only where it says that this
 * does no harm: never within a step that must be whole, such as a checkpoint.
 */
final class StopSignal {
    /** Why a task is to stop. */
    enum Reason {
        CANCELLED,
        SHUTTING_DOWN
    }

    private @Nullable Reason reason;
    private @Nullable Thread interruptible;

    synchronized void stop(Reason why) {
        if (reason == null) {
            reason = why;
            if (interruptible != null) {
                interruptible.interrupt();
            }
        }
    }

    synchronized Optional<Reason> reason() {
        return Optional.ofNullable(reason);
    }

    /** For steps between which a task may end. */
    void check() throws InterruptedException {
        if (reason().isPresent()) {
            throw new InterruptedException("the task is to stop");
        }
    }

    /** Runs something that a stop interrupts. No interrupt is left behind. */
    <T> T interruptibly(Callable<T> work) throws Exception {
        synchronized (this) {
            check();
            interruptible = Thread.currentThread();
        }
        try {
            return work.call();
        } finally {
            synchronized (this) {
                interruptible = null;
                Thread.interrupted();
            }
        }
    }
}
