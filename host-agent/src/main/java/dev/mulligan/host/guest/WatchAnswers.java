package dev.mulligan.host.guest;

import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import dev.mulligan.host.guest.Guest.WatchKind;
import dev.mulligan.host.guest.Guest.WatchListener;
import dev.mulligan.proto.guest.v1.WatchRequest;
import dev.mulligan.proto.guest.v1.WatchResponse;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** What the guest answers to a watch; closing it ends the watch. The listener hears of the end exactly once. */
final class WatchAnswers implements ClientResponseObserver<WatchRequest, WatchResponse>, AutoCloseable {
    private final RequestSender<WatchRequest> sender = new RequestSender<>();
    private final AtomicBoolean over = new AtomicBoolean();
    private final GuestPath directory;
    private final WatchListener listener;
    private final GuestCall call;
    private final GuestErrors errors;
    private final OpenStreams streams;
    private final OpenStreams.Ticket ticket;
    private volatile @Nullable ClientCallStreamObserver<WatchRequest> requests;

    WatchAnswers(GuestPath directory, WatchListener listener, GuestCall call, GuestErrors errors, OpenStreams streams) {
        this.directory = directory;
        this.listener = listener;
        this.call = call;
        this.errors = errors;
        this.streams = streams;
        this.ticket = streams.open(why -> end(why.getMessage()));
    }

    @Override
    public void beforeStart(ClientCallStreamObserver<WatchRequest> requests) {
        requests.disableAutoRequestWithInitial(1);
        this.requests = requests;
    }

    /** The call is under way: from now on it can be cancelled. */
    void begun() {
        sender.begin(Objects.requireNonNull(requests));
    }

    @Override
    public void onNext(WatchResponse response) {
        streams.sign();
        if (over.get()) {
            return;
        }
        try {
            switch (response.getKind()) {
                case READY -> listener.event(WatchKind.READY, directory);
                case OVERFLOW -> listener.event(WatchKind.OVERFLOW, directory);
                case CREATED -> listener.event(WatchKind.CREATED, path(response));
                case MODIFIED -> listener.event(WatchKind.MODIFIED, path(response));
                case DELETED -> listener.event(WatchKind.DELETED, path(response));
                case KIND_UNSPECIFIED, UNRECOGNIZED ->
                    throw GuestErrors.misbehaved(call, "a change of an unknown kind");
            }
        } catch (HostException problem) {
            end(problem.getMessage());
        } catch (RuntimeException bug) {
            end(HostException.of(HostErrorCode.INTERNAL, "whoever takes the changes failed")
                    .value(bug)
                    .build()
                    .getMessage());
        }
        Objects.requireNonNull(requests).request(1);
    }

    private GuestPath path(WatchResponse response) {
        return GuestValues.path(response.getPath(), path -> path.equals(directory) || path.isBelow(directory), call);
    }

    @Override
    public void onError(Throwable problem) {
        end(errors.translate(problem, call).getMessage());
    }

    @Override
    public void onCompleted() {
        end(GuestErrors.misbehaved(call, "the watch ended by itself").getMessage());
    }

    @Override
    public void close() {
        end("");
    }

    private void end(String reason) {
        if (!over.getAndSet(true)) {
            sender.cancel("the watch is over");
            ticket.close();
            listener.ended(reason);
        }
    }
}
