package dev.mulligan.vm.machine;

import dev.mulligan.vm.VmErrorCode;
import dev.mulligan.vm.VmException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/** Held while a manager owns a directory; the kernel lets go of it when the program ends, however it ends. */
final class DirectoryLock implements AutoCloseable {
    private final FileChannel channel;

    private DirectoryLock(FileChannel channel) {
        this.channel = channel;
    }

    static DirectoryLock acquire(Path directory) {
        Path file = directory.resolve(".lock");
        try {
            FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            if (tryLock(channel) != null) {
                return new DirectoryLock(channel);
            }
            channel.close();
        } catch (IOException e) {
            throw new VmException(VmErrorCode.STORAGE_FAILED, "lock file cannot be opened: " + file, e);
        }
        throw VmException.of(
                VmErrorCode.CONFLICT,
                "machine directory " + directory,
                "in use by another manager",
                "one manager per directory",
                "stop the other program, or use another directory");
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException heldByThisProgram) {
            return null;
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new VmException(VmErrorCode.STORAGE_FAILED, "lock file cannot be closed", e);
        }
    }
}
