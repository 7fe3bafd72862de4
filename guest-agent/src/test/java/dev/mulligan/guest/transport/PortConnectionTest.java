package dev.mulligan.guest.transport;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mulligan.guest.AgentUnderTest;
import dev.mulligan.guest.Await;
import dev.mulligan.guest.OneAgentPerProcess;
import dev.mulligan.guest.RunRecorder;
import dev.mulligan.proto.guest.v1.GetHealthRequest;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Good and bad hosts on a real socket. */
@Timeout(60)
@OneAgentPerProcess
final class PortConnectionTest {
    @SuppressWarnings("NullAway.Init") // Set before each test.
    private AgentUnderTest agent;

    @BeforeEach
    void start() throws IOException {
        agent = AgentUnderTest.start();
    }

    @AfterEach
    void stop() throws Exception {
        agent.close();
    }

    @Test
    void answersOneHostAfterAnother() {
        for (int round = 0; round < 5; round++) {
            assertHealthy();
            agent.reconnect();
        }
    }

    @Test
    void survivesGarbage() throws IOException {
        Random random = new Random(42);
        for (int round = 0; round < 20; round++) {
            try (SocketChannel host = connect()) {
                byte[] garbage = new byte[random.nextInt(100_000)];
                random.nextBytes(garbage);
                write(host, garbage);
            }
        }
        assertHealthy();
    }

    @Test
    void survivesGarbageAfterTheEcho() throws IOException {
        for (String garbage :
                new String[] {"", "P", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "PRI nonsense", "GET / HTTP/1.1\r\n\r\n"}) {
            try (SocketChannel host = connect()) {
                byte[] preamble = HostSocketFactory.preamble();
                write(host, preamble);
                assertThat(read(host, preamble.length)).isEqualTo(preamble);
                write(host, garbage.getBytes(StandardCharsets.US_ASCII));
                write(host, new byte[100]);
            }
        }
        assertHealthy();
    }

    @Test
    void survivesAHostThatSaysNothingOrHalfAPreamble() throws IOException {
        try (SocketChannel host = connect()) {
            assertThat(host.isConnected()).isTrue();
        }
        try (SocketChannel host = connect()) {
            write(host, "MULLIGAN-2 00ff".getBytes(StandardCharsets.US_ASCII));
        }
        assertHealthy();
    }

    @Test
    void echoesEveryPreambleUntilHttpBegins() throws IOException {
        try (SocketChannel host = connect()) {
            for (int round = 0; round < 3; round++) {
                byte[] preamble = HostSocketFactory.preamble();
                write(host, preamble);
                assertThat(read(host, preamble.length)).isEqualTo(preamble);
            }
        }
    }

    @Test
    void aNewPreambleInMidStreamEndsTheOldConnection() throws IOException {
        try (SocketChannel host = connect()) {
            byte[] preamble = HostSocketFactory.preamble();
            write(host, preamble);
            read(host, preamble.length);
            // Preface, and the header of a frame whose payload of 10,000 bytes never comes.
            write(host, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            write(host, new byte[] {0, 0x27, 0x10, 0, 0, 0, 0, 0, 1});
            byte[] newest = new byte[0];
            // As a real host does it: again and again, with fresh nonces.
            for (int round = 0; round < 3; round++) {
                newest = HostSocketFactory.preamble();
                write(host, newest);
                sleep(100);
            }
            assertThat(new String(readUntil(host, newest), StandardCharsets.ISO_8859_1))
                    .endsWith(new String(newest, StandardCharsets.ISO_8859_1));
        }
    }

    @Test
    void aBrokenConnectionKillsWhatRanOverIt() throws Exception {
        RunRecorder run = RunRecorder.start(agent.processes(), RunRecorder.shell("sleep 1000 & exec sleep 1000"));
        Path process = Path.of("/proc/" + run.pid());
        assertThat(process).exists();
        agent.reconnect();
        Await.until("the program is gone", () -> !Files.exists(process));
        assertHealthy();
    }

    private void assertHealthy() {
        assertThat(agent.system()
                        .getHealth(GetHealthRequest.getDefaultInstance())
                        .getBootId())
                .isNotEmpty();
    }

    private SocketChannel connect() throws IOException {
        SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        channel.connect(UnixDomainSocketAddress.of(agent.socket()));
        return channel;
    }

    private static void write(SocketChannel channel, byte[] bytes) {
        try {
            ByteBuffer rest = ByteBuffer.wrap(bytes);
            while (rest.hasRemaining()) {
                channel.write(rest);
            }
        } catch (IOException e) {
            // The guest agent has hung up on nonsense: its right.
        }
    }

    private static byte[] read(SocketChannel channel, int count) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(count);
        while (bytes.hasRemaining() && channel.read(bytes) >= 0) {}
        return bytes.array();
    }

    private static byte[] readUntil(SocketChannel channel, byte[] end) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(64 * 1024);
        while (channel.read(bytes) >= 0) {
            byte[] seen = Arrays.copyOf(bytes.array(), bytes.position());
            if (new String(seen, StandardCharsets.ISO_8859_1).endsWith(new String(end, StandardCharsets.ISO_8859_1))) {
                return seen;
            }
        }
        return bytes.array();
    }

    private static void sleep(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
