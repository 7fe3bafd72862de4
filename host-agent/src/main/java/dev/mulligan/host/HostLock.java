package dev.mulligan.host;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * One host agent for each state directory: a lock on a file that names its process. The kernel drops the lock when the
 * process ends, however it ends; the file stays, and is no obstacle.
 */
final class HostLock implements AutoCloseable {
    private final FileChannel channel;

    private HostLock(FileChannel channel) {
        this.channel = channel;
    }

    /** {@code STATE_IN_USE} with the other's process id. */
    static HostLock acquire(Path file, long pid) {
        try {
            FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            try {
                if (channel.tryLock() == null) {
                    throw taken(file);
                }
                channel.truncate(0);
                ByteBuffer text = ByteBuffer.wrap((pid + "\n").getBytes(StandardCharsets.US_ASCII));
                while (text.hasRemaining()) {
                    channel.write(text);
                }
                return new HostLock(channel);
            } catch (OverlappingFileLockException thisProcessHasIt) {
                channel.close();
                throw taken(file);
            } catch (HostException | IOException failure) {
                channel.close();
                throw failure;
            }
        } catch (IOException unusable) {
            throw HostException.of(HostErrorCode.BAD_CONFIG, "lock that cannot be taken")
                    .value(file)
                    .expected("a directory that this user may write to")
                    .cause(unusable)
                    .build();
        }
    }

    private static HostException taken(Path file) throws IOException {
        return HostException.of(HostErrorCode.STATE_IN_USE, "another host agent runs already")
                .value("process " + Files.readString(file).strip())
                .expected("one for each state directory")
                .remedy("use it, stop it with 'mulligan down', or set MULLIGAN_STATE to another directory")
                .build();
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
