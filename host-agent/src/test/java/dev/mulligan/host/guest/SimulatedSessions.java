package dev.mulligan.host.guest;

import com.google.protobuf.ByteString;
import dev.mulligan.proto.guest.v1.EndSessionRequest;
import dev.mulligan.proto.guest.v1.EndSessionResponse;
import dev.mulligan.proto.guest.v1.EvaluateRequest;
import dev.mulligan.proto.guest.v1.EvaluateResponse;
import dev.mulligan.proto.guest.v1.EvaluateStart;
import dev.mulligan.proto.guest.v1.Evaluated;
import dev.mulligan.proto.guest.v1.Language;
import dev.mulligan.proto.guest.v1.ListSessionsRequest;
import dev.mulligan.proto.guest.v1.ListSessionsResponse;
import dev.mulligan.proto.guest.v1.Output;
import dev.mulligan.proto.guest.v1.PrepareRequest;
import dev.mulligan.proto.guest.v1.PrepareResponse;
import dev.mulligan.proto.guest.v1.Session;
import dev.mulligan.proto.guest.v1.SessionServiceGrpc;
import io.grpc.stub.StreamObserver;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Sessions whose code returns itself; {@code wait} goes on until it is interrupted, {@code print X} prints. */
final class SimulatedSessions extends SessionServiceGrpc.SessionServiceImplBase {
    private final Set<String> names = ConcurrentHashMap.newKeySet();
    private final Runnable ended;

    /** @param ended told that one was ended */
    SimulatedSessions(Runnable ended) {
        this.ended = ended;
    }

    /** Those that were used and not ended. */
    Set<String> names() {
        return Set.copyOf(names);
    }

    @Override
    public StreamObserver<EvaluateRequest> evaluate(StreamObserver<EvaluateResponse> responses) {
        return new StreamObserver<>() {
            @Override
            public void onNext(EvaluateRequest request) {
                if (request.hasInterrupt()) {
                    end(Evaluated.newBuilder().setReason(Evaluated.Reason.INTERRUPTED));
                    return;
                }
                EvaluateStart start = request.getStart();
                names.add(start.getSession());
                ByteString code = start.getCodeBytes();
                if (start.getCode().startsWith("print ")) {
                    responses.onNext(EvaluateResponse.newBuilder()
                            .setOutput(Output.newBuilder()
                                    .setStream(Output.Stream.STDOUT)
                                    .setData(code.substring("print ".length())))
                            .build());
                }
                if (!start.getCode().equals("wait")) {
                    end(Evaluated.newBuilder()
                            .setReason(Evaluated.Reason.DONE)
                            .addResults(dev.mulligan.proto.guest.v1.MimeBundle.newBuilder()
                                    .putData("text/plain", code)));
                }
            }

            private void end(Evaluated.Builder ended) {
                responses.onNext(EvaluateResponse.newBuilder().setEnded(ended).build());
                responses.onCompleted();
            }

            @Override
            public void onError(Throwable cancelled) {}

            @Override
            public void onCompleted() {}
        };
    }

    @Override
    public void prepare(PrepareRequest request, StreamObserver<PrepareResponse> responses) {
        responses.onNext(PrepareResponse.newBuilder()
                .addAllFailedImports(request.getImportsList())
                .build());
        responses.onCompleted();
    }

    @Override
    public void list(ListSessionsRequest request, StreamObserver<ListSessionsResponse> responses) {
        ListSessionsResponse.Builder all = ListSessionsResponse.newBuilder();
        names.forEach(name -> all.addSessions(Session.newBuilder()
                .setLanguage(Language.PYTHON)
                .setUser("agent")
                .setName(name)));
        responses.onNext(all.build());
        responses.onCompleted();
    }

    @Override
    public void end(EndSessionRequest request, StreamObserver<EndSessionResponse> responses) {
        ended.run();
        responses.onNext(EndSessionResponse.newBuilder()
                .setExisted(names.remove(request.getName()))
                .build());
        responses.onCompleted();
    }
}
