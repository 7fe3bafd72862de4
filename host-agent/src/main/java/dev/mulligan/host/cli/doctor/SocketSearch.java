package dev.mulligan.host.cli.doctor;

import dev.mulligan.host.HostDirectories;
import dev.mulligan.host.cli.client.HostClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Sockets of the host agent on which nobody listens. Whoever holds its lock may be about to. */
record SocketSearch(HostDirectories directories, LockTable locks) implements Search {
    private static final int TYPE = 0170000;
    private static final int SOCKET = 0140000;

    @Override
    public List<Stray> find() throws IOException {
        List<Stray> found = new ArrayList<>();
        for (Path file : Search.entries(directories.run(), "*")) {
            if (isSocket(file)
                    && !HostClient.answers(file)
                    && !locks.held(directories.lock())
                    && Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
                found.add(new Stray(
                        "socket",
                        file.toString(),
                        "nobody listens on it",
                        "the next 'mulligan up' replaces it, or: rm " + file));
            }
        }
        return found;
    }

    static boolean isSocket(Path file) throws IOException {
        try {
            return ((Integer) Files.getAttribute(file, "unix:mode", LinkOption.NOFOLLOW_LINKS) & TYPE) == SOCKET;
        } catch (NoSuchFileException gone) {
            return false;
        }
    }
}
