package dev.mulligan.host.cli.bench.peer;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Asks whether the guest agent behind a port answers, with nothing but the preamble: the least that any client of a
 * machine must wait for.
 */
record PortProbe(Path socket) {
    private static final Duration DEADLINE = Duration.ofMinutes(3);
    // A port that has just been opened may drop the first; the peer must not wait for the next.
    private static final long RESEND_MILLIS = 10;
    // Of the preamble: leave clock and randomness alone.
    private static final String BARE = "0".repeat(80);

    /** Returns once the guest has echoed a nonce that was never sent before. */
    void awaitAnswer() throws IOException, InterruptedException {
        long deadline = System.nanoTime() + DEADLINE.toNanos();
        while (System.nanoTime() < deadline) {
            try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
                channel.connect(UnixDomainSocketAddress.of(socket));
                channel.configureBlocking(false);
                if (echoes(channel, deadline)) {
                    return;
                }
            } catch (IOException notYet) {
                Thread.sleep(5);
            }
        }
        throw new IOException("guest behind " + socket + ": no answer after " + DEADLINE.toSeconds() + " s");
    }

    private static boolean echoes(SocketChannel channel, long deadline) throws IOException, InterruptedException {
        StringBuilder received = new StringBuilder();
        ByteBuffer buffer = ByteBuffer.allocate(4096);
        List<String> nonces = new ArrayList<>();
        long sent = 0;
        while (System.nanoTime() < deadline) {
            long now = System.nanoTime();
            if (nonces.isEmpty() || now - sent > RESEND_MILLIS * 1_000_000) {
                byte[] random = new byte[16];
                ThreadLocalRandom.current().nextBytes(random);
                String nonce = HexFormat.of().formatHex(random);
                nonces.add(nonce);
                channel.write(
                        ByteBuffer.wrap(("MULLIGAN-2 " + nonce + BARE + "\n").getBytes(StandardCharsets.US_ASCII)));
                sent = now;
            }
            int count = channel.read(buffer.clear());
            if (count < 0) {
                return false;
            }
            received.append(StandardCharsets.ISO_8859_1.decode(buffer.flip()));
            if (nonces.stream().anyMatch(nonce -> received.indexOf(nonce) >= 0)) {
                return true;
            }
            if (count == 0) {
                Thread.sleep(1);
            }
        }
        return false;
    }
}
