package dev.mulligan.host.audit;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Files and names that survive a power cut. */
final class DurableFiles {
    private DurableFiles() {}

    /** Waits until a file's content, or a directory's names, are on the disk (fsync(2)). */
    static void sync(Path path) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}
