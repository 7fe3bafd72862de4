package dev.mulligan.host.guest;

import com.google.protobuf.ByteString;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Requests of one upload, collected until its end. */
abstract class Collected<Q, R> implements StreamObserver<Q> {
    private final StreamObserver<R> responses;
    private final Function<Q, ByteString> data;
    private @Nullable Q first;
    private ByteString content = ByteString.EMPTY;

    Collected(StreamObserver<R> responses, Function<Q, ByteString> data) {
        this.responses = responses;
        this.data = data;
    }

    abstract R finish(Q header, ByteString whole);

    @Override
    public void onNext(Q request) {
        if (first == null) {
            first = request;
        }
        content = content.concat(data.apply(request));
    }

    @Override
    public void onError(Throwable broken) {
        // A broken stream changes nothing.
    }

    @Override
    public void onCompleted() {
        Q header = first;
        if (header == null) {
            throw new IllegalStateException("an upload without a header");
        }
        try {
            responses.onNext(finish(header, content));
            responses.onCompleted();
        } catch (StatusRuntimeException refused) {
            responses.onError(refused);
        }
    }
}
