package dev.mulligan.host.guest;

import io.grpc.stub.ClientCallStreamObserver;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The sending half of a streaming call: one writer at a time, and never more in memory than gRPC asks for. What is
 * sent after the end of the call is dropped. Safe for use by several threads.
 */
final class RequestSender<Q> {
    // onReady is delivered on the thread that delivers answers, which a slow listener may hold: so look, too.
    private static final long LOOK_MILLIS = 50;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private @Nullable ClientCallStreamObserver<Q> call;
    private boolean over;
    private @Nullable String cancelled;

    /** To be called before the start of the call, when gRPC still takes a handler. */
    static <Q> void prepare(ClientCallStreamObserver<Q> call, RequestSender<Q> sender) {
        call.setOnReadyHandler(sender::signal);
    }

    private void signal() {
        lock.lock();
        try {
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** The call is under way: from now on it can be written to; a cancel that came before takes effect. */
    void begin(ClientCallStreamObserver<Q> started) {
        lock.lock();
        try {
            call = started;
            if (cancelled != null) {
                started.cancel(cancelled, null);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Sends as soon as the guest takes more; returns whether it was sent. */
    boolean sendWhenReady(Q request) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (call != null && !over && !call.isReady()) {
                boolean _ = changed.await(LOOK_MILLIS, TimeUnit.MILLISECONDS);
            }
            return sendLocked(request);
        } finally {
            lock.unlock();
        }
    }

    /** Sends without waiting: for what is small and rare. */
    void send(Q request) {
        lock.lock();
        try {
            boolean _ = sendLocked(request);
        } finally {
            lock.unlock();
        }
    }

    private boolean sendLocked(Q request) {
        if (call == null || over) {
            return false;
        }
        call.onNext(request);
        return true;
    }

    /** Says that nothing more comes. */
    void finish() {
        lock.lock();
        try {
            if (!over && call != null) {
                call.onCompleted();
            }
            over = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** The call has ended by itself: nothing can be sent any more. */
    void ended() {
        lock.lock();
        try {
            over = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Ends the call at once. */
    void cancel(String why) {
        lock.lock();
        try {
            over = true;
            changed.signalAll();
            if (call != null) {
                call.cancel(why, null);
            } else {
                cancelled = why;
            }
        } finally {
            lock.unlock();
        }
    }
}
