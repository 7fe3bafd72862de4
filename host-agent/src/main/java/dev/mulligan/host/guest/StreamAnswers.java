package dev.mulligan.host.guest;

import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import dev.mulligan.host.guest.Guest.OutputListener;
import dev.mulligan.proto.guest.v1.Output;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * What the guest answers to something that runs: bounds what it says, hands output on one message at a time, and knows
 * how it ended. After the first end (the guest's, a failure, a cancel) nothing is heard any more.
 *
 * @param <Q> what is asked
 * @param <R> what is answered
 * @param <E> how it ended
 */
abstract class StreamAnswers<Q, R, E> implements ClientResponseObserver<Q, R> {
    /** Of output or data in one message, in bytes. */
    static final int MAXIMUM_CHUNK = 65_536;

    private final RequestSender<Q> sender = new RequestSender<>();
    private final CompletableFuture<E> ended = new CompletableFuture<>();
    private final OutputListener output;
    private final GuestCall call;
    private final GuestErrors errors;
    private final OpenStreams.Ticket ticket;
    private final Runnable sign;
    private volatile @Nullable ClientCallStreamObserver<Q> requests;

    StreamAnswers(OutputListener output, GuestCall call, GuestErrors errors, OpenStreams streams) {
        this.output = output;
        this.call = call;
        this.errors = errors;
        this.sign = streams::sign;
        this.ticket = streams.open(this::fail);
    }

    /** Takes an answer; throws {@link HostException} for one that breaks the contract. */
    abstract void take(R response);

    /** What the guest did that ended the stream before it told an end, for people. */
    abstract String withoutEnd();

    @Override
    public final void beforeStart(ClientCallStreamObserver<Q> stream) {
        // One message at a time: what the listener has not taken stays in the guest.
        stream.disableAutoRequestWithInitial(1);
        this.requests = stream;
        RequestSender.prepare(stream, sender);
    }

    /** The call is under way: from now on it can be written to, and cancelled. */
    final void begun() {
        sender.begin(Objects.requireNonNull(requests));
    }

    final RequestSender<Q> sender() {
        return sender;
    }

    final CompletableFuture<E> ended() {
        return ended;
    }

    /** Ends it from the host's side, unless it has ended. */
    final void end(E how) {
        if (ended.complete(how)) {
            sender.cancel("ended by the host");
        }
    }

    /** Ends it with a failure, unless it has ended. */
    final void fail(HostException why) {
        if (ended.completeExceptionally(why)) {
            sender.cancel(why.getMessage());
        }
    }

    /** The guest has told how it ended: heard before the stream's own end, so that one which never comes delays nobody. */
    final void told(E how) {
        if (ended.complete(how)) {
            sender.finish();
        }
    }

    final void deliver(Output data) {
        int size = data.getData().size();
        require(size > 0 && size <= MAXIMUM_CHUNK, size + " bytes of output in one message");
        switch (data.getStream()) {
            case STDOUT -> output.stdout(data.getData().toByteArray());
            case STDERR -> output.stderr(data.getData().toByteArray());
            case STREAM_UNSPECIFIED, UNRECOGNIZED -> require(false, "output of an unknown stream");
        }
    }

    final GuestCall call() {
        return call;
    }

    final void require(boolean kept, String broken) {
        GuestValues.require(kept, broken, call);
    }

    @Override
    public final void onNext(R response) {
        sign.run();
        if (ended.isDone()) {
            // More after the end: not worth an error.
            sender.cancel("ended already");
            return;
        }
        try {
            take(response);
        } catch (HostException problem) {
            fail(problem);
        } catch (RuntimeException bug) {
            fail(HostException.of(HostErrorCode.INTERNAL, "whoever takes the output failed")
                    .value(bug)
                    .cause(bug)
                    .build());
        }
        ClientCallStreamObserver<Q> flow = requests;
        if (flow != null) {
            flow.request(1);
        }
    }

    @Override
    public final void onError(Throwable problem) {
        ticket.close();
        sender.ended();
        fail(errors.translate(problem, call));
    }

    @Override
    public final void onCompleted() {
        ticket.close();
        sender.ended();
        fail(GuestErrors.misbehaved(call, withoutEnd()));
    }
}
