package dev.mulligan.vm;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** A file system of a few mebibytes, in memory, which can be full. Only for root. */
final class SmallDisk implements AutoCloseable {
    private static final String TYPE = "tmpfs";
    private static final int PAGE = 4096;
    final Path directory;
    private final Path ballast;

    SmallDisk(Path directory, int mebibytes) {
        this.directory = directory;
        this.ballast = directory.resolve("ballast");
        try {
            Files.createDirectory(directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        // Passable for the hypervisor's user, as the directory of a machine has to be.
        run("mount", "-t", TYPE, "-o", "size=" + mebibytes + "m,mode=0711", "mulligan-test", directory.toString());
    }

    static boolean isPossible() {
        return "root".equals(System.getProperty("user.name"));
    }

    /** Takes all the room that is left. */
    void takeTheRest() throws IOException {
        try (OutputStream output = Files.newOutputStream(ballast)) {
            while (true) {
                output.write(new byte[PAGE]);
            }
        } catch (IOException full) {
            if (!String.valueOf(full.getMessage()).contains("No space left")) {
                throw full;
            }
        }
    }

    /** Gives that back, and more. */
    void grow(int mebibytes) throws IOException {
        run("mount", "-o", "remount,size=" + mebibytes + "m", directory.toString());
        Files.deleteIfExists(ballast);
    }

    private static void run(String... command) {
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            String output = new String(process.getInputStream().readAllBytes(), UTF_8);
            if (!process.waitFor(30, TimeUnit.SECONDS) || process.exitValue() != 0) {
                throw new AssertionError(String.join(" ", command) + ": " + output);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new AssertionError("interrupted", e);
        }
    }

    /** Lets go of it even if a process that a failed test left still has files there: it ends with that process. */
    @Override
    public void close() {
        run("umount", "--lazy", directory.toString());
    }
}
