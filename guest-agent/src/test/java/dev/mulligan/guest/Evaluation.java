package dev.mulligan.guest;

import com.google.protobuf.ByteString;
import dev.mulligan.proto.guest.v1.EvaluateRequest;
import dev.mulligan.proto.guest.v1.EvaluateResponse;
import dev.mulligan.proto.guest.v1.EvaluateStart;
import dev.mulligan.proto.guest.v1.Evaluated;
import dev.mulligan.proto.guest.v1.Interrupt;
import dev.mulligan.proto.guest.v1.Output;
import dev.mulligan.proto.guest.v1.SessionServiceGrpc;
import io.grpc.Status;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** A call of Evaluate as a host makes it, and everything that came back. */
public final class Evaluation implements ClientResponseObserver<EvaluateRequest, EvaluateResponse> {
    private static final int KEPT = 1 << 20;

    private final ByteArrayOutputStream stdout = new ByteArrayOutputStream();
    private final ByteArrayOutputStream stderr = new ByteArrayOutputStream();
    private final AtomicLong received = new AtomicLong();
    private final CompletableFuture<Evaluated> ended = new CompletableFuture<>();
    private final CompletableFuture<Status> status = new CompletableFuture<>();
    private @Nullable ClientCallStreamObserver<EvaluateRequest> requests;

    private Evaluation() {}

    public static Evaluation start(SessionServiceGrpc.SessionServiceStub stub, EvaluateStart.Builder start) {
        Evaluation evaluation = new Evaluation();
        stub.evaluate(evaluation);
        evaluation
                .requests()
                .onNext(EvaluateRequest.newBuilder().setStart(start).build());
        return evaluation;
    }

    @Override
    public void beforeStart(ClientCallStreamObserver<EvaluateRequest> requestStream) {
        requests = requestStream;
    }

    private ClientCallStreamObserver<EvaluateRequest> requests() {
        ClientCallStreamObserver<EvaluateRequest> stream = requests;
        if (stream == null) {
            throw new IllegalStateException("not started");
        }
        return stream;
    }

    @Override
    public void onNext(EvaluateResponse response) {
        switch (response.getMessageCase()) {
            case OUTPUT -> keep(response.getOutput());
            case ENDED -> ended.complete(response.getEnded());
            case MESSAGE_NOT_SET -> throw new AssertionError("empty response");
        }
    }

    private void keep(Output output) {
        received.addAndGet(output.getData().size());
        ByteArrayOutputStream target = output.getStream() == Output.Stream.STDOUT ? stdout : stderr;
        synchronized (target) {
            if (target.size() < KEPT) {
                target.writeBytes(output.getData().toByteArray());
            }
        }
    }

    @Override
    public void onError(Throwable cause) {
        status.complete(Status.fromThrowable(cause));
        ended.completeExceptionally(cause);
    }

    @Override
    public void onCompleted() {
        status.complete(Status.OK);
        ended.completeExceptionally(new AssertionError("completed without ended"));
    }

    public void interrupt() {
        requests()
                .onNext(EvaluateRequest.newBuilder()
                        .setInterrupt(Interrupt.getDefaultInstance())
                        .build());
    }

    public void cancel() {
        requests().cancel("the test is done with it", null);
    }

    public Evaluated ended() throws Exception {
        return ended.get(60, TimeUnit.SECONDS);
    }

    public Status status() throws Exception {
        return status.get(60, TimeUnit.SECONDS);
    }

    /** The text of the first result; empty if there is none. */
    public String value() throws Exception {
        return ended().getResultsCount() == 0 ? "" : text(0, "text/plain");
    }

    /** A representation of a result; empty if it has none. */
    public String text(int result, String mime) throws Exception {
        return ended().getResults(result)
                .getDataOrDefault(mime, ByteString.EMPTY)
                .toStringUtf8();
    }

    public String stdout() {
        synchronized (stdout) {
            return stdout.toString(StandardCharsets.UTF_8);
        }
    }

    public byte[] stdoutBytes() {
        synchronized (stdout) {
            return stdout.toByteArray();
        }
    }

    public String stderr() {
        synchronized (stderr) {
            return stderr.toString(StandardCharsets.UTF_8);
        }
    }

    public long received() {
        return received.get();
    }
}
