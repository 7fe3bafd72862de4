package dev.mulligan.guest;

import dev.mulligan.guest.transport.HostSocketFactory;
import dev.mulligan.guest.transport.Port;
import dev.mulligan.proto.guest.v1.GetHealthRequest;
import dev.mulligan.proto.guest.v1.ProcessServiceGrpc;
import dev.mulligan.proto.guest.v1.RunRequest;
import dev.mulligan.proto.guest.v1.RunResponse;
import dev.mulligan.proto.guest.v1.Start;
import dev.mulligan.proto.guest.v1.SystemServiceGrpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.okhttp.OkHttpChannelBuilder;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Plays host and guest in one process, once through the calls that matter: what the build records into the AOT cache.
 */
final class Rehearsal {
    private static final int TIMEOUT_SECONDS = 60;

    private Rehearsal() {}

    static void run() throws IOException, InterruptedException {
        Path directory = Files.createTempDirectory("mulligan-rehearsal");
        Path socket = directory.resolve("port");
        GuestAgent agent = GuestAgent.start(Port.unix(socket));
        ManagedChannel channel = OkHttpChannelBuilder.forAddress("127.0.0.1", 1, InsecureChannelCredentials.create())
                .socketFactory(new HostSocketFactory(socket))
                .build();
        try {
            play(channel);
        } finally {
            channel.shutdownNow().awaitTermination(TIMEOUT_SECONDS, TimeUnit.SECONDS);
            agent.close();
            Files.deleteIfExists(socket);
            Files.delete(directory);
        }
        System.err.println("mulligan-guest-agent: rehearsed");
    }

    private static void play(ManagedChannel channel) throws InterruptedException {
        SystemServiceGrpc.newBlockingStub(channel)
                .withDeadlineAfter(TIMEOUT_SECONDS, TimeUnit.SECONDS)
                .getHealth(GetHealthRequest.getDefaultInstance());
        CountDownLatch ended = new CountDownLatch(1);
        StreamObserver<RunRequest> requests = ProcessServiceGrpc.newStub(channel)
                .withDeadlineAfter(TIMEOUT_SECONDS, TimeUnit.SECONDS)
                .run(new StreamObserver<>() {
                    @Override
                    public void onNext(RunResponse response) {
                        // What it says does not matter.
                    }

                    @Override
                    public void onError(Throwable cause) {
                        ended.countDown();
                    }

                    @Override
                    public void onCompleted() {
                        ended.countDown();
                    }
                });
        requests.onNext(RunRequest.newBuilder()
                .setStart(Start.newBuilder()
                        .addArguments("echo")
                        .addArguments("rehearsed")
                        .setUser(System.getProperty("user.name")))
                .build());
        requests.onCompleted();
        ended.await();
    }
}
