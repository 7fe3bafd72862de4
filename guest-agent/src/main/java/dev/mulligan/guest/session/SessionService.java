package dev.mulligan.guest.session;

import dev.mulligan.guest.account.Accounts;
import dev.mulligan.guest.failure.Failures;
import dev.mulligan.guest.failure.GuestException;
import dev.mulligan.guest.process.ProcessTrees;
import dev.mulligan.proto.guest.v1.EndSessionRequest;
import dev.mulligan.proto.guest.v1.EndSessionResponse;
import dev.mulligan.proto.guest.v1.EvaluateRequest;
import dev.mulligan.proto.guest.v1.EvaluateResponse;
import dev.mulligan.proto.guest.v1.ListSessionsRequest;
import dev.mulligan.proto.guest.v1.ListSessionsResponse;
import dev.mulligan.proto.guest.v1.PrepareRequest;
import dev.mulligan.proto.guest.v1.PrepareResponse;
import dev.mulligan.proto.guest.v1.Session;
import dev.mulligan.proto.guest.v1.SessionServiceGrpc;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;

/** Evaluates code in sessions: the contract is {@code mulligan/guest/v1/session.proto}. Closing it ends all of them. */
public final class SessionService extends SessionServiceGrpc.SessionServiceImplBase implements AutoCloseable {
    private static final int MOST_IDLE = 8;

    private final Accounts accounts;
    private final Sessions sessions;
    private final Executor executor;
    private final ScheduledExecutorService timer;

    /**
     * Without a session.
     *
     * @param executor for blocking work: as many platform threads as it takes
     * @param timer for time limits; gets nothing that blocks
     */
    public SessionService(Accounts accounts, ProcessTrees trees, Executor executor, ScheduledExecutorService timer) {
        this.accounts = accounts;
        this.sessions = new Sessions(accounts, trees);
        this.executor = executor;
        this.timer = timer;
    }

    /**
     * The machine was cloned, restored or rolled back, and the kernel has new entropy: no interpreter goes on with the
     * random numbers that it would have drawn. Returns at once; it is done before each one's next call.
     */
    public void onResynchronised() {
        sessions.resynchronise();
    }

    @Override
    public StreamObserver<EvaluateRequest> evaluate(StreamObserver<EvaluateResponse> responses) {
        return new EvaluateCall(
                accounts, sessions, executor, timer, (ServerCallStreamObserver<EvaluateResponse>) responses);
    }

    @Override
    public void list(ListSessionsRequest request, StreamObserver<ListSessionsResponse> responses) {
        answer(responses, () -> {
            ListSessionsResponse.Builder response =
                    ListSessionsResponse.newBuilder().setIdle(sessions.idle());
            sessions.all().forEach((key, session) -> {
                Interpreter running = session.interpreter();
                if (running != null) {
                    response.addSessions(Session.newBuilder()
                            .setLanguage(key.kind().language())
                            .setUser(key.user())
                            .setName(key.name())
                            .setPid(running.pid())
                            .setCalls(session.calls())
                            .setBusy(session.isBusy()));
                }
            });
            return response.build();
        });
    }

    @Override
    public void end(EndSessionRequest request, StreamObserver<EndSessionResponse> responses) {
        answer(responses, () -> {
            SessionKey key = new SessionKey(
                    InterpreterKind.of(request.getLanguage()),
                    accounts.require(request.getUser()).name(),
                    request.getName());
            return EndSessionResponse.newBuilder().setExisted(sessions.end(key)).build();
        });
    }

    @Override
    public void prepare(PrepareRequest request, StreamObserver<PrepareResponse> responses) {
        answer(responses, () -> {
            int count = request.getCount();
            if (count < 0 || count > MOST_IDLE) {
                throw GuestException.invalid("count", count, "0 to " + MOST_IDLE);
            }
            String failed = sessions.prepare(
                    InterpreterKind.of(request.getLanguage()),
                    accounts.require(request.getUser()).name(),
                    request.getImportsList(),
                    count);
            return PrepareResponse.newBuilder()
                    .addAllFailedImports(failed.lines().toList())
                    .build();
        });
    }

    @Override
    public void close() {
        sessions.close();
    }

    private interface Answer<T> {
        T get() throws IOException, InterruptedException;
    }

    private static <T> void answer(StreamObserver<T> responses, Answer<T> answer) {
        T response;
        try {
            response = answer.get();
        } catch (IOException | InterruptedException | RuntimeException e) {
            responses.onError(Failures.toStatus(e));
            return;
        }
        responses.onNext(response);
        responses.onCompleted();
    }
}
