package dev.mulligan.host.guest;

import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Data that goes to the guest in one stream, and the one answer that comes back. */
final class Upload<Q, R> implements ClientResponseObserver<Q, R> {
    private final RequestSender<Q> sender = new RequestSender<>();
    private volatile @Nullable ClientCallStreamObserver<Q> call;
    private final CompletableFuture<R> answer = new CompletableFuture<>();
    private final GuestCall about;
    private final GuestErrors errors;

    Upload(GuestCall about, GuestErrors errors) {
        this.about = about;
        this.errors = errors;
    }

    /** Sends the header, then the source in pieces, and waits for the answer. */
    R send(Q header, InputStream source, Function<byte[], Q> piece) {
        sender.begin(Objects.requireNonNull(call));
        try {
            boolean taken = sender.sendWhenReady(header);
            // A guest that has answered, refusing or not, takes no more.
            while (taken) {
                byte[] data = source.readNBytes(GuestCalls.LARGEST_PIECE);
                if (data.length == 0) {
                    break;
                }
                taken = sender.sendWhenReady(piece.apply(data));
            }
            sender.finish();
            return answer.get();
        } catch (IOException sourceFailed) {
            throw abandon("its source failed", sourceFailed);
        } catch (RuntimeException sourceFailed) {
            sender.cancel("its source failed");
            throw sourceFailed;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw abandon("interrupted", interrupted);
        } catch (ExecutionException failed) {
            throw errors.translate(failed.getCause() == null ? failed : failed.getCause(), about);
        }
    }

    private HostException abandon(String why, Exception cause) {
        sender.cancel(why);
        return HostException.of(HostErrorCode.CANCELLED, about.what() + ", " + why)
                .value(about.value())
                .remedy("nothing was changed; try again")
                .cause(cause)
                .build();
    }

    /** The connection is over. */
    void fail(HostException why) {
        answer.completeExceptionally(why);
        sender.cancel(why.getMessage());
    }

    @Override
    public void beforeStart(ClientCallStreamObserver<Q> requests) {
        call = requests;
        RequestSender.prepare(requests, sender);
    }

    @Override
    public void onNext(@Nullable R response) {
        answer.complete(response);
    }

    @Override
    public void onError(Throwable problem) {
        answer.completeExceptionally(problem);
        sender.ended();
    }

    @Override
    public void onCompleted() {
        answer.completeExceptionally(GuestErrors.misbehaved(about, "the stream ended without an answer"));
        sender.ended();
    }
}
