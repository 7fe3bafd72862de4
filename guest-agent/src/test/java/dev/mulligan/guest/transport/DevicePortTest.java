package dev.mulligan.guest.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** On a named pipe, opened at both ends at once: what is written comes back, and neither end waits by itself. */
@Timeout(60)
final class DevicePortTest {
    /** Some times what a pipe holds. */
    private static final int MUCH = 1 << 20;

    @TempDir
    private Path directory;

    private Path pipe;

    @BeforeEach
    void make() throws Exception {
        pipe = directory.resolve("port");
        int status = new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor();
        assertThat(status).isZero();
    }

    @Test
    void aReaderWaitsForTheFirstBytesAndTakesThemInPiecesOfAnySize() throws Exception {
        try (Port port = Port.device(pipe)) {
            byte[] target = new byte[10];
            CompletableFuture<Integer> first = CompletableFuture.supplyAsync(() -> read(port, target, 2, 3));
            Thread.sleep(50);
            assertThat(first).isNotDone();
            port.write(ByteBuffer.wrap(new byte[] {1, 2, 3, 4, 5}));
            assertThat(first.join()).isEqualTo(3);
            assertThat(read(port, target, 5, 5)).isEqualTo(2);
            assertThat(target).containsExactly(0, 0, 1, 2, 3, 4, 5, 0, 0, 0);
        }
    }

    @Test
    void aWriterWaitsForRoomAndNoByteIsLost() throws Exception {
        byte[] noise = new byte[MUCH];
        new Random(7).nextBytes(noise);
        ByteBuffer direct = ByteBuffer.allocateDirect(MUCH).put(noise).flip();
        try (Port port = Port.device(pipe)) {
            CompletableFuture<Void> written = CompletableFuture.runAsync(() -> write(port, direct));
            Thread.sleep(50);
            assertThat(written).isNotDone();
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            byte[] target = new byte[8192];
            while (all.size() < MUCH) {
                all.write(target, 0, read(port, target, 0, target.length));
            }
            written.join();
            assertThat(direct.hasRemaining()).isFalse();
            assertThat(all.toByteArray()).isEqualTo(noise);
        }
    }

    private static int read(Port port, byte[] target, int offset, int length) {
        try {
            return port.read(target, offset, length);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void write(Port port, ByteBuffer source) {
        try {
            port.write(source);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
