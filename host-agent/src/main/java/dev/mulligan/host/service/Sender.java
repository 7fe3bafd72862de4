package dev.mulligan.host.service;

import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import io.grpc.stub.ServerCallStreamObserver;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The way of a call's responses: one at a time, and only as fast as the client takes them. Safe for use by several
 * threads.
 */
final class Sender<R> {
    /** How much may wait to be written: a few chunks of a download, so that they need not wait for each other. */
    private static final int READY_BYTES = 256 << 10;

    private final ServerCallStreamObserver<R> observer;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private boolean cancelled;
    private boolean ended;

    /** To be made before the service's method returns: gRPC takes no handlers later. */
    Sender(ServerCallStreamObserver<R> observer, Runnable onCancel) {
        this.observer = observer;
        observer.setOnReadyThreshold(READY_BYTES);
        observer.setOnReadyHandler(this::wake);
        observer.setOnCancelHandler(() -> {
            cancel();
            onCancel.run();
        });
    }

    /**
     * Sends one message, waiting until the client takes it.
     *
     * @throws HostException {@code CANCELLED} if nobody waits for it any more, or the thread was interrupted (and is
     *     so again)
     */
    void send(R message) {
        lock.lock();
        try {
            while (!cancelled && !ended && !observer.isReady()) {
                changed.await();
            }
            if (cancelled || ended) {
                throw cancelled();
            }
            observer.onNext(message);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw cancelled();
        } finally {
            lock.unlock();
        }
    }

    void complete() {
        end(observer::onCompleted);
    }

    void fail(Throwable status) {
        end(() -> observer.onError(status));
    }

    private static HostException cancelled() {
        return HostException.of(HostErrorCode.CANCELLED, "the call was cancelled")
                .build();
    }

    private void end(Runnable how) {
        lock.lock();
        try {
            if (!ended) {
                ended = true;
                changed.signalAll();
                how.run();
            }
        } finally {
            lock.unlock();
        }
    }

    private void cancel() {
        lock.lock();
        try {
            cancelled = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void wake() {
        lock.lock();
        try {
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
