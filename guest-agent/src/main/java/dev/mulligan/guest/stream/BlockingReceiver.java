package dev.mulligan.guest.stream;

import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * The requests of one call, taken one after another by a thread that may wait.
 *
 * <p>A few are under way while one is worked on; the host is asked for more only as they are taken.
 */
public final class BlockingReceiver<T> implements StreamObserver<T> {
    private static final int UNDER_WAY = 4;

    private final ServerCallStreamObserver<?> observer;
    private final Deque<T> waiting = new ArrayDeque<>();
    private boolean ended;
    private boolean cancelled;

    /** To be called before the service method returns. */
    public BlockingReceiver(ServerCallStreamObserver<?> observer) {
        this.observer = observer;
        observer.disableAutoRequest();
        observer.setOnCancelHandler(this::cancel);
        observer.request(UNDER_WAY);
    }

    /** The next request; null when the host has sent its last. */
    public synchronized @Nullable T take() throws CallCancelledException, InterruptedException {
        while (waiting.isEmpty() && !ended && !cancelled) {
            wait();
        }
        if (cancelled) {
            throw new CallCancelledException();
        }
        T next = waiting.poll();
        if (next != null) {
            observer.request(1);
        }
        return next;
    }

    @Override
    public synchronized void onNext(T request) {
        waiting.add(request);
        notifyAll();
    }

    @Override
    public void onError(Throwable cause) {
        cancel();
    }

    @Override
    public synchronized void onCompleted() {
        ended = true;
        notifyAll();
    }

    private synchronized void cancel() {
        cancelled = true;
        notifyAll();
    }
}
