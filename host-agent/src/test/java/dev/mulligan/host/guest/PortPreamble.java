package dev.mulligan.host.guest;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The guest's side of the preamble: discard up to it, echo it, as often as one comes. */
final class PortPreamble {
    private static final Pattern LINE = Pattern.compile("MULLIGAN-2 [0-9a-f]{32}([0-9a-f]{16})([0-9a-f]{64})\n");

    private final SocketChannel client;
    private final Arrival arrival;
    private String seen = "";

    /** What the guest does when a host comes: once for each connection here, however often the host knocks. */
    interface Arrival {
        Arrival NOTHING = (_, _) -> {};

        void hostCame(Instant time, byte[] entropy);
    }

    PortPreamble(SocketChannel client, Arrival arrival) {
        this.client = client;
        this.arrival = arrival;
    }

    /** Returns the first bytes that are no preamble. */
    ByteBuffer await() throws IOException {
        boolean echoed = false;
        ByteBuffer buffer = ByteBuffer.allocate(4096);
        while (true) {
            Matcher matcher = LINE.matcher(seen);
            int end = 0;
            while (matcher.find()) {
                if (!echoed) {
                    long nanos = HexFormat.fromHexDigitsToLong(matcher.group(1));
                    arrival.hostCame(
                            Instant.ofEpochSecond(0, nanos), HexFormat.of().parseHex(matcher.group(2)));
                }
                write(matcher.group());
                echoed = true;
                end = matcher.end();
            }
            seen = seen.substring(end);
            if (echoed && !seen.isEmpty() && seen.charAt(0) != 'M') {
                return ByteBuffer.wrap(seen.getBytes(StandardCharsets.ISO_8859_1));
            }
            if (client.read(buffer.clear()) < 0) {
                throw new EOFException();
            }
            seen += StandardCharsets.ISO_8859_1.decode(buffer.flip());
        }
    }

    private void write(String line) throws IOException {
        ByteBuffer out = StandardCharsets.ISO_8859_1.encode(line);
        while (out.hasRemaining()) {
            client.write(out);
        }
    }
}
