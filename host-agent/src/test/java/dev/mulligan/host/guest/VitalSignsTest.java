package dev.mulligan.host.guest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import dev.mulligan.proto.guest.v1.GetHealthResponse;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.io.ByteArrayInputStream;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class VitalSignsTest {
    private static final Duration INTERVAL = Duration.ofMillis(50);
    private static final Duration SILENCE = Duration.ofSeconds(2);
    private static final GuestTimeouts TIMEOUTS = new GuestTimeouts(SILENCE, SILENCE, SILENCE, INTERVAL, SILENCE);

    private final ScheduledExecutorService host = Executors.newSingleThreadScheduledExecutor();
    private final CompletableFuture<HostException> givenUp = new CompletableFuture<>();

    @AfterEach
    void close() {
        host.shutdownNow();
    }

    @Test
    void aHostThatStoodStillItselfDoesNotGiveUpItsGuest() throws Exception {
        try (VitalSigns signs = new VitalSigns(new Guest(true), TIMEOUTS)) {
            signs.start(host, givenUp::complete);
            signs.begin();
            host.submit(() -> {
                        Thread.sleep(SILENCE.multipliedBy(2));
                        return "";
                    })
                    .get();
            Thread.sleep(SILENCE.dividedBy(4));
            assertThat(givenUp).isNotDone();
        }
    }

    /** What the host stood still before it asked for anything is no credit. */
    @Test
    void aGuestIsNotGivenTheTimeForWhichTheHostStoodStill() throws Exception {
        CountDownLatch goOn = new CountDownLatch(1);
        try (VitalSigns signs = new VitalSigns(new Guest(false), TIMEOUTS)) {
            signs.start(host, givenUp::complete);
            host.execute(() -> awaitQuietly(goOn));
            Thread.sleep(SILENCE.multipliedBy(5));
            signs.begin();
            goOn.countDown();
            assertThat(givenUp)
                    .succeedsWithin(SILENCE.multipliedBy(3))
                    .extracting(HostException::code)
                    .isEqualTo(HostErrorCode.GUEST_UNREACHABLE);
        }
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void aGuestThatIsSilentWhileTheHostListensIsGivenUp() throws Exception {
        try (VitalSigns signs = new VitalSigns(new Guest(false), TIMEOUTS)) {
            long begin = System.nanoTime();
            signs.start(host, givenUp::complete);
            signs.begin();
            assertThat(givenUp.get()).hasMessageContaining("no sign of life");
            assertThat(Duration.ofNanos(System.nanoTime() - begin)).isGreaterThanOrEqualTo(SILENCE);
        }
    }

    /** Answers at once that it is well, or never. */
    private static final class Guest extends Channel {
        private final boolean answers;

        Guest(boolean answers) {
            this.answers = answers;
        }

        @Override
        public String authority() {
            return "guest";
        }

        @Override
        public <Q, A> ClientCall<Q, A> newCall(MethodDescriptor<Q, A> method, CallOptions options) {
            return new ClientCall<>() {
                private Listener<A> listener = new Listener<>() {};

                @Override
                public void start(Listener<A> answer, Metadata headers) {
                    listener = answer;
                }

                @Override
                public void sendMessage(Q question) {}

                @Override
                public void request(int messages) {}

                @Override
                public void cancel(@Nullable String message, @Nullable Throwable cause) {}

                @Override
                public void halfClose() {
                    if (answers) {
                        listener.onMessage(method.parseResponse(new ByteArrayInputStream(
                                GetHealthResponse.getDefaultInstance().toByteArray())));
                        listener.onClose(Status.OK, new Metadata());
                    }
                }
            };
        }
    }
}
