package dev.mulligan.host.guest;

import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import io.grpc.Context;
import io.grpc.Context.CancellableContext;
import io.grpc.stub.AbstractStub;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Iterator;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;

/** The shapes of a call to a guest, each with a deadline, its failures translated. */
final class GuestCalls {
    /** Of a file's content, or of an archive, in one message, in bytes. */
    static final int LARGEST_PIECE = 256 << 10;

    /** How much of an upload may wait to be written: enough that the guest always has the next chunk. */
    private static final int READY_BYTES = 256 << 10;

    private final GuestTimeouts timeouts;
    private final GuestErrors errors;
    private final OpenStreams streams;

    GuestCalls(GuestTimeouts timeouts, GuestErrors errors, OpenStreams streams) {
        this.timeouts = timeouts;
        this.errors = errors;
        this.streams = streams;
    }

    GuestErrors errors() {
        return errors;
    }

    /** For what takes as long as its data. */
    Duration transfer() {
        return timeouts.transfer();
    }

    OpenStreams streams() {
        return streams;
    }

    /** A short question and its answer. */
    <S extends AbstractStub<S>, R> R ask(S stub, GuestCall call, Function<S, R> question) {
        return ask(stub, call, timeouts.call(), question);
    }

    <S extends AbstractStub<S>, R> R ask(S stub, GuestCall call, Duration deadline, Function<S, R> question) {
        try {
            R answer = question.apply(stub.withDeadlineAfter(deadline.toMillis(), TimeUnit.MILLISECONDS));
            streams.sign();
            return answer;
        } catch (RuntimeException problem) {
            throw errors.translate(problem, call);
        }
    }

    /** A question whose answer may take long, during which the guest is looked after. */
    <S extends AbstractStub<S>, R> R askPatiently(S stub, GuestCall call, Duration deadline, Function<S, R> question) {
        return during(call, () -> ask(stub, call, deadline, question));
    }

    /** A question with many answers, which are taken one by one on the caller's thread. */
    <S extends AbstractStub<S>, R> void receive(
            S stub, GuestCall call, Function<S, Iterator<R>> question, Receiver<R> receiver) {
        during(call, () -> {
            Iterator<R> answers =
                    question.apply(stub.withDeadlineAfter(timeouts.transfer().toMillis(), TimeUnit.MILLISECONDS));
            while (answers.hasNext()) {
                R answer = answers.next();
                streams.sign();
                receiver.take(answer);
            }
            return null;
        });
    }

    /** A question with many answers, for whoever wants to take the next one himself; must be closed, and ends the call. */
    <S extends AbstractStub<S>, R> Answers<R> answers(S stub, GuestCall call, Function<S, Iterator<R>> question) {
        CancellableContext context = Context.current().withCancellation();
        OpenStreams.Ticket ticket = streams.open(context::cancel);
        try {
            S patient = stub.withDeadlineAfter(timeouts.transfer().toMillis(), TimeUnit.MILLISECONDS);
            Iterator<R> answers = context.call(() -> question.apply(patient));
            return new Answers<>(answers, call, errors, streams, ticket, context);
        } catch (Exception problem) {
            context.cancel(problem);
            ticket.close();
            throw errors.translate(problem, call);
        }
    }

    /** Many pieces to the guest, then one answer. */
    <S extends AbstractStub<S>, Q, R> R send(
            S stub,
            GuestCall call,
            BiFunction<S, StreamObserver<R>, StreamObserver<Q>> start,
            Q header,
            InputStream source,
            Function<byte[], Q> piece) {
        Upload<Q, R> upload = new Upload<>(call, errors);
        try (OpenStreams.Ticket _ = streams.open(upload::fail)) {
            S patient = stub.withDeadlineAfter(timeouts.transfer().toMillis(), TimeUnit.MILLISECONDS)
                    .withOnReadyThreshold(READY_BYTES);
            StreamObserver<Q> _ = start.apply(patient, upload);
            return upload.send(header, source, piece);
        }
    }

    private <R> R during(GuestCall call, Supplier<R> work) {
        // Cancelling ends the stream in the guest if the caller stops half-way, and the wait if the connection ends.
        CancellableContext context = Context.current().withCancellation();
        try (OpenStreams.Ticket _ = streams.open(context::cancel)) {
            return context.call(work::get);
        } catch (HostException known) {
            throw known;
        } catch (Exception problem) {
            throw errors.translate(problem, call);
        } finally {
            context.cancel(null);
        }
    }

    /** Takes answers; a sink that fails ends the call. */
    interface Receiver<R> {
        void take(R answer);
    }

    /** Runs what writes to the caller's sink. */
    static void toSink(GuestCall call, SinkAction action) {
        try {
            action.run();
        } catch (IOException sinkFailed) {
            throw HostException.of(HostErrorCode.CANCELLED, call.what() + ", its sink failed")
                    .value(call.value())
                    .cause(sinkFailed)
                    .build();
        }
    }

    /** Writes to a sink. */
    interface SinkAction {
        void run() throws IOException;
    }
}
