package dev.mulligan.host.cli.client;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Timestamp;
import dev.mulligan.proto.host.v1.GetStatusRequest;
import dev.mulligan.proto.host.v1.GetStatusResponse;
import dev.mulligan.proto.host.v1.HostServiceGrpc;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerDomainSocketChannel;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The quick question, to gRPC's own server, and to servers that answer as none should. */
final class QuickStatusTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final MultiThreadIoEventLoopGroup loop = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final Path socket;
    private Optional<Server> server = Optional.empty();

    QuickStatusTest(@TempDir Path directory) {
        socket = directory.resolve("host.sock");
    }

    @AfterEach
    void close() {
        server.ifPresent(Server::shutdownNow);
        loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(10, TimeUnit.SECONDS);
    }

    /** From an empty message to one of several frames; nothing longer than what is sent without our saying more. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 200, 16_384, 40_000})
    void hasTheAnswerAsItWasSent(int length) throws Exception {
        GetStatusResponse status = length == 0
                ? GetStatusResponse.getDefaultInstance()
                : GetStatusResponse.newBuilder()
                        .setVersion("v".repeat(length))
                        .setStarted(Timestamp.newBuilder().setSeconds(1))
                        .build();
        serve(responses -> {
            responses.onNext(status);
            responses.onCompleted();
        });

        assertThat(ask()).hasValueSatisfying(answer -> assertThat(answer).isEqualTo(status.toByteArray()));
    }

    @Test
    void isRunBesideTheCaller() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        AtomicReference<Boolean> waited = new AtomicReference<>(false);
        serve(responses -> {
            asked.countDown();
            responses.onNext(GetStatusResponse.getDefaultInstance());
            responses.onCompleted();
        });

        Optional<byte[]> answer = QuickStatus.ask(new Endpoint.Unix(socket), PATIENCE, () -> waited.set(await(asked)));

        assertThat(answer).isPresent();
        assertThat(waited).hasValue(true);
    }

    @ParameterizedTest
    @CsvSource({"UNAVAILABLE", "PERMISSION_DENIED", "UNIMPLEMENTED"})
    void leavesAnErrorToWhoCanTellIt(Status.Code code) throws Exception {
        serve(responses ->
                responses.onError(code.toStatus().withDescription("no").asException()));
        assertThat(ask()).isEmpty();
    }

    @Test
    void anAnswerThatEndsInAnErrorIsNone() throws Exception {
        serve(responses -> {
            responses.onNext(GetStatusResponse.newBuilder().setVersion("half").build());
            responses.onError(
                    Status.DATA_LOSS.withDescription("\u000bgrpc-status\u00010").asException());
        });
        assertThat(ask()).isEmpty();
    }

    @Test
    void anAnswerThatIsTooLongIsNone() throws Exception {
        serve(responses -> {
            responses.onNext(GetStatusResponse.newBuilder()
                    .setVersion("v".repeat(1 << 20))
                    .build());
            responses.onCompleted();
        });
        long begin = System.nanoTime();
        assertThat(ask()).isEmpty();
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(PATIENCE);
    }

    @Test
    void whereNobodyListensThereIsNone() throws Exception {
        assertThat(ask()).isEmpty();
    }

    @Test
    void elsewhereIsNotAsked() throws Exception {
        Endpoint elsewhere = new Endpoint.Tls("localhost", 1, socket, Optional.empty());
        assertThat(QuickStatus.ask(elsewhere, PATIENCE, () -> {})).isEmpty();
    }

    /** Frames in hexadecimal: length, type, flags, stream, payload; behind them the connection ends. */
    @ParameterizedTest
    @CsvSource({
        "'', at once",
        "48545450, no HTTP/2",
        "7fffff000000000001, more than ever fits",
        "ffffff00ffffffffff, nothing but ones",
        "000000000100000001, no message",
        "0000050001000000010000000000, a message without trailers",
        "000005000100000001000000000a, a message shorter than it says",
        "000005000000000001010000000000000d01050000000100" + "0b677270632d737461747573" + "0130, compressed",
        "000005000800000001040000000000000d01050000000100" + "0b677270632d737461747573" + "0130, padded",
        "000004030000000001" + "00000008, reset",
    })
    void whateverElseComesIsNone(String frames, String name) throws Exception {
        try (ServerSocketChannel listening = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            listening.bind(UnixDomainSocketAddress.of(socket));
            Thread answering = Thread.ofVirtual()
                    .start(() -> answer(listening, HexFormat.of().parseHex(frames)));
            assertThat(ask()).as(name).isEmpty();
            answering.join();
        }
    }

    @Test
    void whoDoesNotAnswerIsLeft() throws Exception {
        try (ServerSocketChannel listening = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            listening.bind(UnixDomainSocketAddress.of(socket));
            assertThat(QuickStatus.ask(new Endpoint.Unix(socket), Duration.ofMillis(50), () -> {}))
                    .isEmpty();
        }
    }

    private Optional<byte[]> ask() throws InterruptedException {
        return QuickStatus.ask(new Endpoint.Unix(socket), PATIENCE, () -> {});
    }

    private static boolean await(CountDownLatch latch) {
        try {
            return latch.await(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }

    private static void answer(ServerSocketChannel listening, byte[] frames) {
        try (SocketChannel client = listening.accept()) {
            client.read(ByteBuffer.allocate(4096));
            client.write(ByteBuffer.wrap(frames));
        } catch (IOException gone) {
            throw new IllegalStateException(gone);
        }
    }

    private void serve(Answer answer) throws IOException {
        server = Optional.of(NettyServerBuilder.forAddress(UnixDomainSocketAddress.of(socket))
                .channelType(NioServerDomainSocketChannel.class)
                .bossEventLoopGroup(loop)
                .workerEventLoopGroup(loop)
                .addService(new HostServiceGrpc.HostServiceImplBase() {
                    @Override
                    public void getStatus(GetStatusRequest request, StreamObserver<GetStatusResponse> responses) {
                        answer.to(responses);
                    }
                })
                .build()
                .start());
    }

    private interface Answer {
        void to(StreamObserver<GetStatusResponse> responses);
    }
}
