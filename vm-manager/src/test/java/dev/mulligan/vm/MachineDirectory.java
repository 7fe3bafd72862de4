package dev.mulligan.vm;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A directory in which real machines can live: short enough for sockets, and passable for the hypervisor's user, which a
 * temporary directory of JUnit is not. It bears the mark of its run of {@code mulligan test}, which removes it if that
 * is interrupted.
 */
public final class MachineDirectory {
    private static final AtomicInteger COUNT = new AtomicInteger();

    private MachineDirectory() {}

    /** A new one; to be removed by the caller. */
    public static Path create() {
        String run = System.getenv().getOrDefault("MULLIGAN_TEST_RUN", "");
        String mark = run.substring(run.lastIndexOf('.') + 1);
        Path directory =
                Path.of("/var/tmp/mull-" + mark + "-" + ProcessHandle.current().pid() + "-" + COUNT.incrementAndGet());
        try {
            Files.createDirectory(directory);
            return Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx--x--x"));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
