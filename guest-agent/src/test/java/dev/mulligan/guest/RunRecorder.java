package dev.mulligan.guest;

import com.google.protobuf.ByteString;
import dev.mulligan.proto.guest.v1.CloseStdin;
import dev.mulligan.proto.guest.v1.Exited;
import dev.mulligan.proto.guest.v1.Output;
import dev.mulligan.proto.guest.v1.ProcessServiceGrpc;
import dev.mulligan.proto.guest.v1.RunRequest;
import dev.mulligan.proto.guest.v1.RunResponse;
import dev.mulligan.proto.guest.v1.Signal;
import dev.mulligan.proto.guest.v1.Start;
import io.grpc.Status;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** A Run call as a host makes it, and everything that came back. */
public final class RunRecorder implements ClientResponseObserver<RunRequest, RunResponse> {
    private static final int KEPT = 1 << 20;

    private final boolean greedy;
    private final ByteArrayOutputStream stdout = new ByteArrayOutputStream();
    private final ByteArrayOutputStream stderr = new ByteArrayOutputStream();
    private final AtomicLong received = new AtomicLong();
    private final CompletableFuture<Integer> started = new CompletableFuture<>();
    private final CompletableFuture<Exited> exited = new CompletableFuture<>();
    private final CompletableFuture<Status> status = new CompletableFuture<>();
    private @Nullable ClientCallStreamObserver<RunRequest> requests;

    private RunRecorder(boolean greedy) {
        this.greedy = greedy;
    }

    public static RunRecorder start(ProcessServiceGrpc.ProcessServiceStub stub, Start.Builder start) {
        return begin(stub, start, true);
    }

    /** Takes {@code started} and then nothing more, until {@link #take}. */
    public static RunRecorder startSlow(ProcessServiceGrpc.ProcessServiceStub stub, Start.Builder start) {
        return begin(stub, start, false);
    }

    private static RunRecorder begin(ProcessServiceGrpc.ProcessServiceStub stub, Start.Builder start, boolean greedy) {
        RunRecorder recorder = new RunRecorder(greedy);
        stub.run(recorder);
        recorder.send(RunRequest.newBuilder().setStart(start).build());
        return recorder;
    }

    /** Runs a shell script as whoever runs the tests. */
    public static Start.Builder shell(String script) {
        return Start.newBuilder()
                .setUser(AgentUnderTest.SELF)
                .setWorkingDirectory("/")
                .addArguments("sh")
                .addArguments("-c")
                .addArguments(script);
    }

    @Override
    public void beforeStart(ClientCallStreamObserver<RunRequest> requestStream) {
        requests = requestStream;
        if (!greedy) {
            requestStream.disableAutoRequestWithInitial(1);
        }
    }

    @Override
    public void onNext(RunResponse response) {
        switch (response.getMessageCase()) {
            case STARTED -> started.complete(response.getStarted().getPid());
            case OUTPUT -> keep(response.getOutput());
            case EXITED -> exited.complete(response.getExited());
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
        Status failure = Status.fromThrowable(cause);
        status.complete(failure);
        started.completeExceptionally(cause);
        exited.completeExceptionally(cause);
    }

    @Override
    public void onCompleted() {
        status.complete(Status.OK);
        exited.completeExceptionally(new AssertionError("completed without exited"));
    }

    private ClientCallStreamObserver<RunRequest> requests() {
        ClientCallStreamObserver<RunRequest> stream = requests;
        if (stream == null) {
            throw new IllegalStateException("not started");
        }
        return stream;
    }

    public void send(RunRequest request) {
        requests().onNext(request);
    }

    public void input(String text) {
        send(RunRequest.newBuilder().setStdin(ByteString.copyFromUtf8(text)).build());
    }

    public void closeInput() {
        send(RunRequest.newBuilder()
                .setCloseStdin(CloseStdin.getDefaultInstance())
                .build());
    }

    public void signal(int number) {
        send(RunRequest.newBuilder()
                .setSignal(Signal.newBuilder().setNumber(number))
                .build());
    }

    /** Whether more requests may be sent without piling up. */
    public boolean isReady() {
        return requests().isReady();
    }

    public void take(int count) {
        requests().request(count);
    }

    public void cancel() {
        requests().cancel("the test is done with it", null);
    }

    public int pid() throws Exception {
        return started.get(30, TimeUnit.SECONDS);
    }

    public Exited exited() throws Exception {
        return exited.get(60, TimeUnit.SECONDS);
    }

    public Status status() throws Exception {
        return status.get(60, TimeUnit.SECONDS);
    }

    public String stdout() {
        synchronized (stdout) {
            return stdout.toString(StandardCharsets.UTF_8);
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
