package dev.mulligan.host.guest;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The guest's side of the preamble: discard up to it, echo it, as often as one comes. */
final class PortPreamble {
    private static final Pattern LINE = Pattern.compile("MULLIGAN-1 [0-9a-f]{32}\n");

    private final SocketChannel client;
    private String seen = "";

    PortPreamble(SocketChannel client) {
        this.client = client;
    }

    /** Returns the first bytes that are no preamble. */
    ByteBuffer await() throws IOException {
        boolean echoed = false;
        ByteBuffer buffer = ByteBuffer.allocate(4096);
        while (true) {
            Matcher matcher = LINE.matcher(seen);
            int end = 0;
            while (matcher.find()) {
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
