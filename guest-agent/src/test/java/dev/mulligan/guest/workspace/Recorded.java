package dev.mulligan.guest.workspace;

import io.grpc.stub.ServerCallStreamObserver;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A host that takes every answer at once. */
final class Recorded<T> extends ServerCallStreamObserver<T> {
    private final List<T> answers = new ArrayList<>();
    private final CompletableFuture<List<T>> ended = new CompletableFuture<>();

    /** All answers, once the call has ended well; its failure otherwise. */
    List<T> all() throws InterruptedException, TimeoutException {
        try {
            return ended.get(30, TimeUnit.SECONDS);
        } catch (ExecutionException failed) {
            throw (RuntimeException) failed.getCause();
        }
    }

    @Override
    public synchronized void onNext(T answer) {
        answers.add(answer);
    }

    @Override
    public void onError(Throwable failure) {
        ended.completeExceptionally(failure);
    }

    @Override
    public synchronized void onCompleted() {
        ended.complete(List.copyOf(answers));
    }

    @Override
    public boolean isCancelled() {
        return false;
    }

    @Override
    public void setOnCancelHandler(Runnable handler) {}

    @Override
    public void setCompression(String compression) {}

    @Override
    public boolean isReady() {
        return true;
    }

    @Override
    public void setOnReadyHandler(Runnable handler) {}

    @Override
    public void request(int count) {}

    @Override
    public void setMessageCompression(boolean enable) {}

    @Override
    public void disableAutoInboundFlowControl() {}
}
