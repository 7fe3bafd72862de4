package dev.mulligan.host.guest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import dev.mulligan.proto.guest.v1.Exited;
import dev.mulligan.proto.guest.v1.ProcessServiceGrpc;
import dev.mulligan.proto.guest.v1.RunRequest;
import dev.mulligan.proto.guest.v1.RunResponse;
import dev.mulligan.proto.guest.v1.Started;
import io.grpc.stub.StreamObserver;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A start that is broken off while the guest has not yet said that the program runs: it may run all the same. */
@Timeout(60)
final class InterruptedStartTest {
    private final CountDownLatch asked = new CountDownLatch(1);
    private final CountDownLatch killed = new CountDownLatch(1);
    private final CountDownLatch release = new CountDownLatch(1);

    @Test
    void theProgramIsKilledAndItsEndIsWaitedFor(@TempDir Path directory) throws Exception {
        try (PortServer server = new PortServer(directory.resolve("port"), List.of(new SimulatedSystem(), new Slow()));
                GuestConnector connector = GuestConnector.overUnixSockets(GuestTimeouts.DEFAULT, Clock.systemUTC());
                GuestLink link = connector.connect(directory.resolve("port"))) {
            CompletableFuture<Throwable> failure = new CompletableFuture<>();
            Thread starting = Thread.ofVirtual()
                    .start(() -> failure.complete(
                            catchThrowable(() -> link.guest().start(GuestTest.program("x"), new GuestTest.Output()))));
            asked.await();
            starting.interrupt();
            killed.await();
            assertThat(failure).as("it is waited for").isNotDone();

            release.countDown();

            assertThat(failure.join())
                    .isInstanceOfSatisfying(
                            HostException.class,
                            interrupted -> assertThat(interrupted.code()).isEqualTo(HostErrorCode.CANCELLED));
            assertThat(server.connections()).isEqualTo(1);
        }
    }

    /** Says nothing until it is told to kill the program, and takes its time for that. */
    private final class Slow extends ProcessServiceGrpc.ProcessServiceImplBase {
        @Override
        public StreamObserver<RunRequest> run(StreamObserver<RunResponse> responses) {
            return new StreamObserver<>() {
                @Override
                public void onNext(RunRequest request) {
                    if (request.hasStart()) {
                        asked.countDown();
                    } else if (request.hasSignal() && request.getSignal().getNumber() == 9) {
                        killed.countDown();
                        Thread.ofVirtual().start(() -> end(responses));
                    }
                }

                @Override
                public void onError(Throwable cancelled) {}

                @Override
                public void onCompleted() {}
            };
        }

        private void end(StreamObserver<RunResponse> responses) {
            try {
                release.await();
            } catch (InterruptedException closed) {
                return;
            }
            responses.onNext(RunResponse.newBuilder()
                    .setStarted(Started.newBuilder().setPid(7))
                    .build());
            responses.onNext(RunResponse.newBuilder()
                    .setExited(Exited.newBuilder()
                            .setReason(Exited.Reason.SIGNAL)
                            .setExitCode(137)
                            .setSignal(9))
                    .build());
            responses.onCompleted();
        }
    }
}
