package dev.mulligan.host.guest;

import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import dev.mulligan.host.guest.Guest.OutputListener;
import dev.mulligan.proto.guest.v1.EvaluateRequest;
import dev.mulligan.proto.guest.v1.EvaluateResponse;
import dev.mulligan.proto.guest.v1.Output;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * What the guest answers to an evaluation: checks order and bounds, hands output on one message at a time, and knows how
 * it ended. After the first end (the guest's, a failure, a cancel) nothing is heard any more.
 */
final class EvaluationAnswers implements ClientResponseObserver<EvaluateRequest, EvaluateResponse> {
    private final RequestSender<EvaluateRequest> sender = new RequestSender<>();
    private final CompletableFuture<Evaluation> ended = new CompletableFuture<>();
    private final OutputListener output;
    private final GuestCall call;
    private final GuestErrors errors;
    private final OpenStreams.Ticket ticket;
    private final Runnable sign;
    private volatile @Nullable ClientCallStreamObserver<EvaluateRequest> requests;

    EvaluationAnswers(OutputListener output, GuestCall call, GuestErrors errors, OpenStreams streams) {
        this.output = output;
        this.call = call;
        this.errors = errors;
        this.sign = streams::sign;
        this.ticket = streams.open(this::fail);
    }

    @Override
    public void beforeStart(ClientCallStreamObserver<EvaluateRequest> requests) {
        // One message at a time: what the listener has not taken stays in the guest.
        requests.disableAutoRequestWithInitial(1);
        this.requests = requests;
        RequestSender.prepare(requests, sender);
    }

    /** The call is under way: from now on it can be written to, and cancelled. */
    void begun() {
        sender.begin(Objects.requireNonNull(requests));
    }

    RequestSender<EvaluateRequest> sender() {
        return sender;
    }

    CompletableFuture<Evaluation> ended() {
        return ended;
    }

    /** Ends it from the host's side, unless it has ended. */
    void end(Evaluation how) {
        if (ended.complete(how)) {
            sender.cancel("ended by the host");
        }
    }

    /** Ends it with a failure, unless it has ended. */
    void fail(HostException why) {
        if (ended.completeExceptionally(why)) {
            sender.cancel(why.getMessage());
        }
    }

    @Override
    public void onNext(EvaluateResponse response) {
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
        ClientCallStreamObserver<EvaluateRequest> flow = requests;
        if (flow != null) {
            flow.request(1);
        }
    }

    private void take(EvaluateResponse response) {
        switch (response.getMessageCase()) {
            case OUTPUT -> deliver(response.getOutput());
            case ENDED -> {
                // Heard before the stream's own end, so that a guest which never ends it delays nobody.
                if (ended.complete(EvaluationMessages.evaluation(response.getEnded(), call))) {
                    sender.finish();
                }
            }
            case MESSAGE_NOT_SET -> throw GuestErrors.misbehaved(call, "an empty message");
        }
    }

    private void deliver(Output data) {
        int size = data.getData().size();
        GuestValues.require(
                size > 0 && size <= RunAnswers.MAXIMUM_CHUNK, size + " bytes of output in one message", call);
        switch (data.getStream()) {
            case STDOUT -> output.stdout(data.getData().toByteArray());
            case STDERR -> output.stderr(data.getData().toByteArray());
            case STREAM_UNSPECIFIED, UNRECOGNIZED -> throw GuestErrors.misbehaved(call, "output of an unknown stream");
        }
    }

    @Override
    public void onError(Throwable problem) {
        ticket.close();
        sender.ended();
        fail(errors.translate(problem, call));
    }

    @Override
    public void onCompleted() {
        ticket.close();
        sender.ended();
        fail(GuestErrors.misbehaved(call, "the stream ended without an end of the call"));
    }
}
