package dev.mulligan.guest.session;

import com.google.protobuf.ByteString;
import dev.mulligan.guest.account.Accounts;
import dev.mulligan.guest.failure.GuestException;
import dev.mulligan.guest.process.LastingProgram;
import dev.mulligan.guest.stream.BlockingSender;
import dev.mulligan.guest.stream.CallCancelledException;
import dev.mulligan.proto.guest.v1.EvaluateRequest;
import dev.mulligan.proto.guest.v1.EvaluateResponse;
import dev.mulligan.proto.guest.v1.Evaluated;
import dev.mulligan.proto.guest.v1.Output;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;

/**
 * One call of Evaluate. Requests arrive on one thread at a time; one thread of its own waits for the session's turn,
 * hands the code over, and carries what comes back.
 *
 * <p>Whoever cancels the call does not end it: it is interrupted, seen through to its end without anyone listening, and
 * only then is it the next one's turn.
 */
final class EvaluateCall implements StreamObserver<EvaluateRequest>, Interpreter.Listener {
    private final Accounts accounts;
    private final Sessions sessions;
    private final Executor executor;
    private final BlockingSender<EvaluateResponse> sender;
    private final Interruption interruption;
    private boolean started;
    /** For the thread that attends the call. */
    private boolean deaf;

    EvaluateCall(
            Accounts accounts,
            Sessions sessions,
            Executor executor,
            ScheduledExecutorService timer,
            ServerCallStreamObserver<EvaluateResponse> observer) {
        this.accounts = accounts;
        this.sessions = sessions;
        this.executor = executor;
        this.sender = new BlockingSender<>(observer);
        this.interruption = new Interruption(executor, timer);
        sender.onCancel(() -> interruption.request(Interruption.Cause.ASKED));
    }

    @Override
    public void onNext(EvaluateRequest request) {
        try {
            switch (request.getMessageCase()) {
                case START -> {
                    if (started) {
                        throw GuestException.invalid("request", "a second start", "interrupt");
                    }
                    started = true;
                    EvaluateSpec spec = EvaluateSpec.of(request.getStart(), accounts);
                    executor.execute(() -> attend(spec));
                }
                case INTERRUPT -> {
                    requireStarted();
                    interruption.request(Interruption.Cause.ASKED);
                }
                case MESSAGE_NOT_SET -> throw GuestException.invalid("request", "empty", "start or interrupt");
            }
        } catch (GuestException e) {
            interruption.request(Interruption.Cause.ASKED);
            sender.fail(e);
        }
    }

    private void requireStarted() {
        if (!started) {
            throw GuestException.invalid("first request", "interrupt", "start");
        }
    }

    private void attend(EvaluateSpec spec) {
        try {
            Optional<NamedSession> entered = enter(spec);
            if (entered.isEmpty()) {
                return;
            }
            NamedSession session = entered.get();
            Evaluated ended;
            try {
                ended = evaluate(spec, session);
            } finally {
                interruption.end();
                session.leave();
            }
            sender.finish(EvaluateResponse.newBuilder().setEnded(ended).build());
        } catch (IOException | InterruptedException | RuntimeException e) {
            sender.fail(e);
        }
    }

    /** Waits for the session's turn; empty if nobody wants it any more. */
    private Optional<NamedSession> enter(EvaluateSpec spec) throws InterruptedException {
        while (true) {
            NamedSession session = spec.key().map(sessions::get).orElseGet(NamedSession::new);
            if (!session.enter(sender::isCancelled)) {
                return Optional.empty();
            }
            if (!session.isEnded()) {
                return Optional.of(session);
            }
            // It was ended while we waited: the next one of that name is another.
            session.leave();
        }
    }

    private Evaluated evaluate(EvaluateSpec spec, NamedSession session) throws IOException, InterruptedException {
        Evaluated.Builder ended = Evaluated.newBuilder();
        Interpreter interpreter = interpreter(spec, session, ended);
        try {
            if (!interruption.begin(interpreter, spec.time())) {
                return ended.setReason(Evaluated.Reason.INTERRUPTED).build();
            }
            session.countCall();
            interpreter.limit(spec.limits());
            interpreter.evaluate(spec);
            Endings.of(interpreter.await(this), interruption.cause(), ended);
        } catch (IOException lost) {
            session.lose();
            Endings.lost(lost, sessions.bury(interpreter, this), interruption.cause(), ended);
        } finally {
            if (spec.key().isEmpty() && session.interpreter() != null) {
                session.lose();
                LastingProgram.End _ = sessions.bury(interpreter, this);
            }
        }
        return ended.build();
    }

    /** The session's interpreter, or another one if that has died. */
    private Interpreter interpreter(EvaluateSpec spec, NamedSession session, Evaluated.Builder ended)
            throws IOException, InterruptedException {
        Interpreter there = session.interpreter();
        if (there != null && there.isReady()) {
            return there;
        }
        if (there != null) {
            session.lose();
            LastingProgram.End _ = sessions.bury(there, this);
        }
        Interpreter another = sessions.obtain(spec.kind(), spec.user());
        session.hold(another);
        ended.setFresh(true).setRestarted(session.calls() > 0);
        return another;
    }

    @Override
    public void output(Output.Stream stream, ByteString data) throws InterruptedException {
        if (deaf) {
            return;
        }
        try {
            sender.send(EvaluateResponse.newBuilder()
                    .setOutput(Output.newBuilder().setStream(stream).setData(data))
                    .build());
        } catch (CallCancelledException nobodyListens) {
            deaf = true;
        }
    }

    @Override
    public void onError(Throwable cause) {
        // The sender hears of every cancellation, and interrupts.
    }

    @Override
    public void onCompleted() {
        // Half-closed: no interrupts will come.
        if (!started) {
            sender.fail(GuestException.invalid("first request", "none", "start"));
        }
    }
}
