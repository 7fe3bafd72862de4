package dev.mulligan.guest.session;

import dev.mulligan.guest.linux.KernelException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The early end of one call: a SIGINT, and after a grace the end of the interpreter. Harmless once the call has ended.
 * Safe for use by several threads.
 */
final class Interruption {
    /** How long an interpreter may take to end a call that was interrupted. */
    static final Duration GRACE = Duration.ofSeconds(5);

    private static final Duration AGAIN = Duration.ofMillis(400);

    private final Executor executor;
    private final ScheduledExecutorService timer;
    private @Nullable Interpreter interpreter;
    private @Nullable Cause cause;
    private @Nullable Future<?> timeLimit;
    private @Nullable Future<?> again;
    private @Nullable Future<?> end;
    private boolean over;

    /** Why a call is to end. */
    enum Cause {
        ASKED,
        TIME
    }

    /**
     * Of a call that has not begun.
     *
     * @param executor where blocking work is done
     * @param timer gets nothing that blocks
     */
    Interruption(Executor executor, ScheduledExecutorService timer) {
        this.executor = executor;
        this.timer = timer;
    }

    /** The call is about to begin there; false if it has been interrupted already, and must not. */
    synchronized boolean begin(Interpreter running, Duration time) {
        if (cause != null) {
            return false;
        }
        interpreter = running;
        if (time.isPositive()) {
            timeLimit = timer.schedule(() -> request(Cause.TIME), time.toMillis(), TimeUnit.MILLISECONDS);
        }
        return true;
    }

    /** Interrupts; the first cause stands, and each request is a signal. Does not block. */
    synchronized void request(Cause why) {
        if (over) {
            return;
        }
        if (cause == null) {
            cause = why;
        }
        Interpreter running = interpreter;
        if (running == null) {
            return;
        }
        try {
            running.interrupt();
        } catch (KernelException e) {
            // EPERM: the group belongs to somebody else by now. The grace ends it.
        }
        if (again == null && running.kind().losesSignals()) {
            long millis = AGAIN.toMillis();
            again = timer.scheduleAtFixedRate(() -> request(why), millis, millis, TimeUnit.MILLISECONDS);
        }
        if (end == null) {
            end = timer.schedule(() -> executor.execute(this::kill), GRACE.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    private void kill() {
        Interpreter running;
        synchronized (this) {
            running = over ? null : interpreter;
        }
        if (running != null) {
            running.kill();
        }
    }

    /** The call has ended. */
    synchronized void end() {
        over = true;
        if (timeLimit != null) {
            timeLimit.cancel(false);
        }
        if (again != null) {
            again.cancel(false);
        }
        if (end != null) {
            end.cancel(false);
        }
    }

    /** Why the call was interrupted, if it was. */
    synchronized Optional<Cause> cause() {
        return Optional.ofNullable(cause);
    }
}
