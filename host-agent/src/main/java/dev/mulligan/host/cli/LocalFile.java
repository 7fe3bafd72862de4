package dev.mulligan.host.cli;

import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A file of this machine that is to be written. */
final class LocalFile {
    private LocalFile() {}

    /** Before anything is done for it; {@code NO_SUCH_FILE}. */
    static void requireDirectoryOf(Path file) {
        Path directory = file.getParent();
        if (directory != null && !Files.isDirectory(directory)) {
            throw HostException.of(HostErrorCode.NO_SUCH_FILE, "no such directory")
                    .value(directory)
                    .expected("one that is there, for " + file.getFileName())
                    .remedy("make it: mkdir -p " + directory)
                    .build();
        }
    }
}
