package dev.mulligan.guest;

import com.google.protobuf.ByteString;
import dev.mulligan.guest.transport.HostSocketFactory;
import dev.mulligan.proto.guest.v1.EvaluateRequest;
import dev.mulligan.proto.guest.v1.EvaluateStart;
import dev.mulligan.proto.guest.v1.FileServiceGrpc;
import dev.mulligan.proto.guest.v1.GetHealthRequest;
import dev.mulligan.proto.guest.v1.GetHealthResponse;
import dev.mulligan.proto.guest.v1.Language;
import dev.mulligan.proto.guest.v1.ProcessServiceGrpc;
import dev.mulligan.proto.guest.v1.ReadRequest;
import dev.mulligan.proto.guest.v1.ResynchroniseRequest;
import dev.mulligan.proto.guest.v1.ResynchroniseResponse;
import dev.mulligan.proto.guest.v1.RunRequest;
import dev.mulligan.proto.guest.v1.SessionServiceGrpc;
import dev.mulligan.proto.guest.v1.Start;
import dev.mulligan.proto.guest.v1.SystemServiceGrpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.okhttp.OkHttpChannelBuilder;
import io.grpc.stub.StreamObserver;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Plays host to a guest agent that listens on a unix socket: once through the calls that matter. The build does it to
 * record what the AOT cache should hold; the host's side runs in a process of its own, or its classes would be in there
 * too.
 */
final class Rehearsal {
    private static final int TIMEOUT_SECONDS = 60;
    private static final String USER = System.getProperty("user.name");

    private Rehearsal() {}

    static void run(Path socket) throws InterruptedException {
        ManagedChannel channel = OkHttpChannelBuilder.forAddress("127.0.0.1", 1, InsecureChannelCredentials.create())
                .socketFactory(new HostSocketFactory(socket))
                .build();
        try {
            play(channel);
        } finally {
            channel.shutdownNow().awaitTermination(TIMEOUT_SECONDS, TimeUnit.SECONDS);
        }
        System.err.println("mulligan-guest-agent: rehearsed");
    }

    private static void play(ManagedChannel channel) throws InterruptedException {
        SystemServiceGrpc.SystemServiceBlockingStub system =
                SystemServiceGrpc.newBlockingStub(channel).withDeadlineAfter(TIMEOUT_SECONDS, TimeUnit.SECONDS);
        GetHealthResponse health = system.getHealth(GetHealthRequest.getDefaultInstance());
        FileServiceGrpc.newBlockingStub(channel)
                .withDeadlineAfter(TIMEOUT_SECONDS, TimeUnit.SECONDS)
                .read(ReadRequest.newBuilder()
                        .setUser(USER)
                        .setPath(ByteString.copyFromUtf8("/etc/passwd"))
                        .build())
                .forEachRemaining(response -> {});
        try {
            // Refused for want of entropy: the clock of the machine that builds is none of our business.
            ResynchroniseResponse unexpected = system.resynchronise(
                    ResynchroniseRequest.newBuilder().setTime(health.getTime()).build());
            throw new AssertionError("resynchronised without entropy: " + unexpected);
        } catch (StatusRuntimeException expected) {
            runEcho(channel);
            evaluate(channel);
        }
    }

    /** Where this machine has no interpreter the call fails, and the cache holds less. */
    private static void evaluate(ManagedChannel channel) throws InterruptedException {
        CountDownLatch ended = new CountDownLatch(1);
        StreamObserver<EvaluateRequest> requests = SessionServiceGrpc.newStub(channel)
                .withDeadlineAfter(TIMEOUT_SECONDS, TimeUnit.SECONDS)
                .evaluate(new Ending<>(ended));
        requests.onNext(EvaluateRequest.newBuilder()
                .setStart(EvaluateStart.newBuilder()
                        .setLanguage(Language.PYTHON)
                        .setSession("rehearsal")
                        .setUser(USER)
                        .setCode("print(1)\n1 + 1"))
                .build());
        requests.onCompleted();
        ended.await();
    }

    private static void runEcho(ManagedChannel channel) throws InterruptedException {
        CountDownLatch ended = new CountDownLatch(1);
        StreamObserver<RunRequest> requests = ProcessServiceGrpc.newStub(channel)
                .withDeadlineAfter(TIMEOUT_SECONDS, TimeUnit.SECONDS)
                .run(new Ending<>(ended));
        requests.onNext(RunRequest.newBuilder()
                .setStart(Start.newBuilder()
                        .addArguments("echo")
                        .addArguments("rehearsed")
                        .setUser(USER))
                .build());
        requests.onCompleted();
        ended.await();
    }

    /** What is said does not matter, only that it ends. */
    private record Ending<T>(CountDownLatch ended) implements StreamObserver<T> {
        @Override
        public void onNext(T response) {
            // Nothing to do.
        }

        @Override
        public void onError(Throwable cause) {
            ended.countDown();
        }

        @Override
        public void onCompleted() {
            ended.countDown();
        }
    }
}
