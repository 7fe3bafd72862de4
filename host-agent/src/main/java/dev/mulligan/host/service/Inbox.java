package dev.mulligan.host.service;

import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * The requests of a client's stream, taken one by one. The client is asked for the next only when the one before was
 * taken, so a slow reader holds up the client and no memory.
 */
final class Inbox<Q> implements StreamObserver<Q> {
    private final ServerCallStreamObserver<?> call;
    private final BlockingQueue<Letter<Q>> letters = new LinkedBlockingQueue<>();

    /** To be made before the service's method returns. */
    Inbox(ServerCallStreamObserver<?> call) {
        this.call = call;
        call.disableAutoRequest();
        call.request(1);
    }

    /** The next request; empty: the client has closed its side. To be asked by one thread. */
    Optional<Q> take() throws InterruptedException {
        return switch (letters.take()) {
            case Letter.Message<Q>(Q message) -> {
                call.request(1);
                yield Optional.of(message);
            }
            case Letter.End<Q> end -> {
                letters.add(end);
                yield Optional.empty();
            }
            case Letter.Broken<Q> broken -> {
                letters.add(broken);
                throw HostException.of(HostErrorCode.CANCELLED, "the call was cancelled")
                        .build();
            }
        };
    }

    @Override
    public void onNext(Q message) {
        letters.add(new Letter.Message<>(message));
    }

    @Override
    public void onError(Throwable broken) {
        letters.add(new Letter.Broken<>());
    }

    @Override
    public void onCompleted() {
        letters.add(new Letter.End<>());
    }

    private sealed interface Letter<Q> {
        record Message<Q>(Q message) implements Letter<Q> {}

        record End<Q>() implements Letter<Q> {}

        record Broken<Q>() implements Letter<Q> {}
    }
}
