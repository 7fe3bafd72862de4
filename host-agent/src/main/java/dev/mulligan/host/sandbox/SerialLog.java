package dev.mulligan.host.sandbox;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** The console of a guest: a sign of progress, and the last words of one that died. Its content is the guest's. */
final class SerialLog {
    private static final int TAIL = 300;

    private final Path file;

    SerialLog(Path file) {
        this.file = file;
    }

    /** 0 if there is none yet, or it cannot be read. */
    long size() {
        try {
            return Files.size(file);
        } catch (IOException none) {
            return 0;
        }
    }

    /** The last printable characters on one line, introduced; empty if there are none. */
    String tail() {
        try (SeekableByteChannel channel = Files.newByteChannel(file)) {
            channel.position(Math.max(0, channel.size() - TAIL));
            ByteBuffer buffer = ByteBuffer.allocate(TAIL);
            while (buffer.hasRemaining() && channel.read(buffer) >= 0) {
                // Until the end of either.
            }
            String text = StandardCharsets.US_ASCII.decode(buffer.flip()).toString();
            String shown = text.replaceAll("\\e\\[[0-9;?]*[A-Za-z]", "")
                    .replaceAll("[^ -~]+", " ")
                    .strip();
            return shown.isEmpty() ? "" : "; its console said last: " + shown;
        } catch (IOException none) {
            return "";
        }
    }
}
