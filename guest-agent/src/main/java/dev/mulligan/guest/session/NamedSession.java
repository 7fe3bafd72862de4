package dev.mulligan.guest.session;

import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A session: a place for one interpreter at a time, and a turn for each call. {@link #interpreter} is set only by whoever
 * has the turn. Safe for use by several threads.
 */
final class NamedSession {
    private static final long LOOK_MILLIS = 100;

    private final Semaphore turn = new Semaphore(1, true);
    private volatile @Nullable Interpreter interpreter;
    private volatile boolean ended;
    private final AtomicLong calls = new AtomicLong();

    /**
     * Ends it if it is nobody's turn and it has no interpreter: nothing is lost with it.
     *
     * @return whether it has ended
     */
    boolean retire() {
        if (!turn.tryAcquire()) {
            return false;
        }
        try {
            ended = interpreter == null;
            return ended;
        } finally {
            turn.release();
        }
    }

    /** From now on whoever gets the turn finds that there is no such session; for whoever has it. */
    void end() {
        ended = true;
    }

    /** Whether it has ended; asked by whoever has the turn. */
    boolean isEnded() {
        return ended;
    }

    /**
     * Waits for the turn, in the order of those who wait.
     *
     * @param givenUp asked now and then
     * @return whether it is the caller's turn now; {@link #leave} ends it
     */
    boolean enter(BooleanSupplier givenUp) throws InterruptedException {
        while (!turn.tryAcquire(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
            if (givenUp.getAsBoolean()) {
                return false;
            }
        }
        return true;
    }

    void leave() {
        turn.release();
    }

    @Nullable
    Interpreter interpreter() {
        return interpreter;
    }

    void hold(Interpreter running) {
        interpreter = running;
    }

    void lose() {
        interpreter = null;
    }

    void countCall() {
        calls.incrementAndGet();
    }

    long calls() {
        return calls.get();
    }

    boolean isBusy() {
        return turn.availablePermits() == 0;
    }
}
