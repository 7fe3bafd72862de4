package dev.mulligan.image;

import dev.mulligan.image.ImageException.Code;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Held by whoever changes a store's directory. The kernel lets go of it when the process ends, however it ends; the file
 * {@code .lock} itself stays.
 */
final class StoreLock implements AutoCloseable {

    private static final Duration BETWEEN_TRIES = Duration.ofMillis(200);

    private final FileChannel channel;

    private StoreLock(FileChannel channel) {
        this.channel = channel;
    }

    /**
     * Waits until the lock is free.
     *
     * @param waiting called once, if it is not free at once
     */
    static StoreLock acquire(Path directory, Runnable waiting) {
        Path file = directory.resolve(".lock");
        try {
            FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            try {
                awaitLock(channel, waiting);
                return new StoreLock(channel);
            } catch (Throwable e) {
                channel.close();
                throw e;
            }
        } catch (IOException e) {
            throw ImageException.of(Code.STORE_UNAVAILABLE, "lock")
                    .value(file + ": " + e)
                    .expected("a file that Mulligan may write")
                    .cause(e)
                    .build();
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void awaitLock(FileChannel channel, Runnable waiting) throws IOException {
        boolean told = false;
        try {
            while (tryLock(channel) == null) {
                if (!told) {
                    waiting.run();
                    told = true;
                }
                Thread.sleep(BETWEEN_TRIES);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw ImageException.of(Code.CANCELLED, "the build was cancelled while it waited for another")
                    .cause(e)
                    .build();
        }
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            // Held by another store of this process: that, too, is "not yet".
            return null;
        }
    }
}
