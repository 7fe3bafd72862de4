package dev.mulligan.host.guest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mulligan.host.HostErrorCode;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A guest that says the right thing once, and then nothing. */
final class SilentGuestTest {
    private static final Duration CALL = Duration.ofMillis(500);

    @Test
    @Timeout(60)
    void silenceAfterTheEchoIsGivenUpInTime(@TempDir Path directory) throws Exception {
        Path port = directory.resolve("port");
        GuestTimeouts timeouts = new GuestTimeouts(
                Duration.ofSeconds(5), CALL, Duration.ofSeconds(5), Duration.ofSeconds(1), Duration.ofSeconds(5));
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
                GuestConnector connector = GuestConnector.overUnixSockets(timeouts, Clock.systemUTC())) {
            server.bind(UnixDomainSocketAddress.of(port));
            Thread guest = Thread.ofPlatform().daemon().start(() -> echoOnly(server));
            long begin = System.nanoTime();
            try (GuestLink link = connector.connect(port)) {
                GuestTest.assertFails(
                        HostErrorCode.GUEST_UNREACHABLE, () -> link.guest().health());
            }
            assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(CALL.multipliedBy(40));
            assertThat(guest.isAlive()).isTrue();
        }
    }

    private static void echoOnly(ServerSocketChannel server) {
        try (SocketChannel client = server.accept()) {
            var _ = new PortPreamble(client, PortPreamble.Arrival.NOTHING).await();
            while (client.read(java.nio.ByteBuffer.allocate(4096)) >= 0) {
                // Says nothing.
            }
            Thread.sleep(60_000);
        } catch (IOException | InterruptedException end) {
            Thread.currentThread().interrupt();
        }
    }
}
