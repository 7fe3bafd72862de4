package dev.mulligan.host.guest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mulligan.host.HostErrorCode;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A connection that begins before its machine goes on: the socket is there, and nobody answers yet. */
@Timeout(60)
@SuppressWarnings("NullAway.Init") // Set before the tests.
final class KnockTest {
    private static final Duration HANDSHAKE = Duration.ofSeconds(2);

    @TempDir
    private Path directory;

    private ServerSocketChannel server;
    private GuestConnector connector;

    @BeforeEach
    void open() throws IOException {
        server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        server.bind(UnixDomainSocketAddress.of(port()));
        connector = GuestConnector.overUnixSockets(
                new GuestTimeouts(HANDSHAKE, HANDSHAKE, HANDSHAKE, HANDSHAKE, HANDSHAKE), Clock.systemUTC());
    }

    @AfterEach
    void close() throws IOException {
        connector.close();
        server.close();
    }

    private Path port() {
        return directory.resolve("port");
    }

    @Test
    void itIsAnsweredByAMachineThatGoesOnLater() throws Exception {
        CountDownLatch lies = new CountDownLatch(1);
        CountDownLatch goesOn = new CountDownLatch(1);
        CompletableFuture<Instant> heard = new CompletableFuture<>();
        Thread guest = Thread.ofPlatform().daemon().start(() -> answer(lies, goesOn, heard));
        GuestConnector.Knock knock = connector.knock(port());
        lies.await();
        Instant before = Instant.now();
        goesOn.countDown();
        connector.connect(knock, Optional.empty()).close();
        // What it is told lay there already.
        assertThat(heard.get(1, TimeUnit.SECONDS)).isBefore(before);
        guest.join();
    }

    private void answer(CountDownLatch lies, CountDownLatch goesOn, CompletableFuture<Instant> heard) {
        try (SocketChannel client = server.accept()) {
            awaitBytes(client);
            lies.countDown();
            goesOn.await();
            var _ = new PortPreamble(client, (time, _) -> heard.complete(time)).await();
        } catch (IOException | InterruptedException end) {
            Thread.currentThread().interrupt();
        }
    }

    private static void awaitBytes(SocketChannel client) throws IOException {
        client.configureBlocking(false);
        try (Selector selector = Selector.open()) {
            var _ = client.register(selector, SelectionKey.OP_READ);
            int _ = selector.select();
        }
        client.configureBlocking(true);
    }

    @Test
    void oneThatNobodyAnswersFailsInTimeAndIsClosed() throws Exception {
        GuestConnector.Knock knock = connector.knock(port());
        long begin = System.nanoTime();
        GuestTest.assertFails(HostErrorCode.GUEST_UNREACHABLE, () -> connector.connect(knock, Optional.empty()));
        assertThat(Duration.ofNanos(System.nanoTime() - begin))
                .isBetween(HANDSHAKE.dividedBy(2), HANDSHAKE.plusSeconds(5));
        try (SocketChannel client = server.accept()) {
            assertEnded(client);
        }
    }

    @Test
    void oneThatIsClosedLeavesThePortToOthers() throws Exception {
        GuestConnector.Knock knock = connector.knock(port());
        try (SocketChannel client = server.accept()) {
            knock.close();
            assertEnded(client);
        }
    }

    private static void assertEnded(SocketChannel client) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(4096);
        while (client.read(buffer.clear()) >= 0) {
            // What it had sent.
        }
    }
}
