package dev.mulligan.host.guest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mulligan.proto.host.v1.ApprovalServiceGrpc;
import dev.mulligan.proto.host.v1.DecideApprovalRequest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A guest that turns the connection around and calls the host: there is nothing to call. The host is a client only. */
@Timeout(60)
final class NoServiceForGuestsTest {
    /** Settings, windows, pings and farewells: what both ends of a connection say whoever serves. RFC 9113, 6. */
    private static final List<Integer> HOUSEKEEPING = List.of(3, 4, 6, 7, 8);

    private static final String PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
    private static final ForgedRequest DECIDE = new ForgedRequest(
            "/" + ApprovalServiceGrpc.getDecideMethod().getFullMethodName(),
            DecideApprovalRequest.newBuilder()
                    .setApprovalId("ap-0000000001")
                    .setDigest("0".repeat(64))
                    .setAllow(DecideApprovalRequest.Allow.getDefaultInstance())
                    .build());

    /** A client's preface; a stream as clients open them, and as servers do. */
    static List<byte[]> requests() {
        return List.of(DECIDE.asClient(), DECIDE.onStream(1), DECIDE.onStream(2));
    }

    @ParameterizedTest
    @MethodSource("requests")
    void aRequestFromAGuestHasNoAnswer(byte[] request, @TempDir Path directory) throws Exception {
        Path port = directory.resolve("port");
        // It stands still: a guest that answers late would be told the time, by a request of the host's own.
        Clock clock = Clock.fixed(Instant.EPOCH, ZoneOffset.UTC);
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
                GuestConnector connector = GuestConnector.overUnixSockets(GuestTimeouts.DEFAULT, clock)) {
            server.bind(UnixDomainSocketAddress.of(port));
            CompletableFuture<byte[]> said = CompletableFuture.supplyAsync(
                    () -> saidTo(server, request), task -> Thread.ofPlatform().start(task));
            try (GuestLink _ = connector.connect(port)) {
                // The host hangs up on a guest that speaks out of turn.
                byte[] all = said.get(30, TimeUnit.SECONDS);
                assertThat(new String(all, 0, PREFACE.length(), StandardCharsets.US_ASCII))
                        .isEqualTo(PREFACE);
                assertThat(frames(all)).isNotEmpty().isSubsetOf(HOUSEKEEPING);
            }
        }
    }

    /** All that the host says to a guest that makes this request. */
    private static byte[] saidTo(ServerSocketChannel server, byte[] request) {
        try (SocketChannel host = server.accept()) {
            ByteArrayOutputStream said = new ByteArrayOutputStream();
            ByteBuffer first = new PortPreamble(host, PortPreamble.Arrival.NOTHING).await();
            while (first.hasRemaining()) {
                said.write(first.get());
            }
            ByteBuffer out = ByteBuffer.wrap(request);
            while (out.hasRemaining()) {
                host.write(out);
            }
            ByteBuffer in = ByteBuffer.allocate(4096);
            while (host.read(in.clear()) >= 0) {
                said.write(in.array(), 0, in.position());
            }
            return said.toByteArray();
        } catch (IOException failed) {
            throw new java.io.UncheckedIOException(failed);
        }
    }

    /** Their types. */
    private static List<Integer> frames(byte[] said) {
        List<Integer> types = new ArrayList<>();
        ByteBuffer bytes = ByteBuffer.wrap(said).position(PREFACE.length());
        while (bytes.hasRemaining()) {
            int word = bytes.getInt();
            types.add(word & 0xff);
            bytes.position(bytes.position() + 5 + (word >>> 8));
        }
        return types;
    }
}
