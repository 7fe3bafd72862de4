package dev.mulligan.guest.stream;

import dev.mulligan.guest.failure.Failures;
import io.grpc.stub.ServerCallStreamObserver;
import java.util.ArrayList;
import java.util.List;

/**
 * The responses of one call, sent no faster than the host takes them.
 *
 * <p>Safe for use by several threads, none of which may be the one that delivers this call's events: it is needed to
 * report that the host is ready again.
 */
public final class BlockingSender<T> {
    /**
     * How much may wait to be written. With gRPC's own 32 KiB each chunk would wait for the one before, and each wait is a
     * change of threads.
     */
    private static final int READY_BYTES = 256 << 10;

    private final ServerCallStreamObserver<T> observer;
    private final List<Runnable> onCancel = new ArrayList<>();
    private boolean cancelled;
    private boolean finished;

    /** To be called before the service method returns: gRPC takes handlers only until then. */
    public BlockingSender(ServerCallStreamObserver<T> observer) {
        this.observer = observer;
        observer.setOnReadyThreshold(READY_BYTES);
        observer.setOnReadyHandler(this::wake);
        observer.setOnCancelHandler(this::cancel);
    }

    /** Blocks until the host takes more, then sends. */
    public synchronized void send(T message) throws CallCancelledException, InterruptedException {
        while (!cancelled && !finished && !observer.isReady()) {
            wait();
        }
        if (cancelled || finished) {
            throw new CallCancelledException();
        }
        observer.onNext(message);
    }

    /** Sends the last message, however slowly the host takes it, and ends the call well. */
    public synchronized void finish(T message) {
        if (!cancelled && !finished) {
            finished = true;
            observer.onNext(message);
            observer.onCompleted();
            notifyAll();
        }
    }

    /** Ends the call well. Of this and {@link #fail} the first counts. */
    public synchronized void complete() {
        if (!cancelled && !finished) {
            finished = true;
            observer.onCompleted();
            notifyAll();
        }
    }

    /** Ends the call with the status for {@code failure}. */
    public synchronized void fail(Throwable failure) {
        if (!cancelled && !finished) {
            finished = true;
            observer.onError(Failures.toStatus(failure));
            notifyAll();
        }
    }

    /** Runs {@code action} when the call is cancelled; at once if it has been. */
    public void onCancel(Runnable action) {
        synchronized (this) {
            if (!cancelled) {
                onCancel.add(action);
                return;
            }
        }
        action.run();
    }

    public synchronized boolean isCancelled() {
        return cancelled;
    }

    private synchronized void wake() {
        notifyAll();
    }

    private void cancel() {
        List<Runnable> actions;
        synchronized (this) {
            cancelled = true;
            notifyAll();
            actions = List.copyOf(onCancel);
        }
        actions.forEach(Runnable::run);
    }
}
