package dev.mulligan.host.cli.doctor;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The Docker engine, asked on its socket (GET /version). Only recipes with a Dockerfile need it. */
record DockerCheck(Path socket) implements Check {
    private static final String REQUEST = "GET /version HTTP/1.0\r\nHost: docker\r\n\r\n";
    private static final Pattern VERSION = Pattern.compile("\"Version\"\\s*:\\s*\"([^\"]{1,40})\"");
    private static final int LARGEST = 1 << 15;
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    @Override
    public List<Finding> run() {
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            closeLater(channel);
            channel.connect(UnixDomainSocketAddress.of(socket));
            channel.write(ByteBuffer.wrap(REQUEST.getBytes(StandardCharsets.US_ASCII)));
            ByteBuffer answer = ByteBuffer.allocate(LARGEST);
            while (answer.hasRemaining() && channel.read(answer) >= 0) {
                // Until it has said all.
            }
            Matcher version = VERSION.matcher(new String(answer.array(), 0, answer.position(), StandardCharsets.UTF_8));
            // The first version is that of the platform, the second the engine's own; both name it.
            return List.of(Finding.ok("Docker", version.find() ? "engine " + version.group(1) : "answers"));
        } catch (IOException absent) {
            return List.of(Finding.warn(
                    "Docker",
                    "no engine answers at " + socket,
                    "only recipes with a Dockerfile need it; './mulligan services start' starts one"));
        }
    }

    /** An engine that hangs must not hang the doctor: reading ends when the channel is closed. */
    private static void closeLater(SocketChannel channel) {
        Thread.ofVirtual().start(() -> {
            try {
                Thread.sleep(PATIENCE);
                channel.close();
            } catch (IOException | InterruptedException closed) {
                // It is closed either way.
            }
        });
    }
}
