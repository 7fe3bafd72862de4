package dev.mulligan.vm;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A file system of a few mebibytes, in a file, which can be full. It is mounted where libvirt's daemon lives too: the
 * launcher gives that a mount namespace of its own. Only for root.
 */
final class SmallDisk implements AutoCloseable {
    private static final int PAGE = 4096;
    final Path directory;
    private final Path image;
    private final Path ballast;
    private final Path rest;
    private final String device;
    private final List<List<String>> places = new ArrayList<>();

    /**
     * @param size in mebibytes
     * @param room how many of them are free
     */
    SmallDisk(Path directory, int size, int room) {
        this.directory = directory;
        this.image = directory.resolveSibling(directory.getFileName() + ".img");
        this.ballast = directory.resolve("ballast");
        this.rest = directory.resolve("rest");
        try {
            Files.createDirectory(directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        run("truncate", "-s", size + "M", image.toString());
        run("mkfs.ext4", "-q", "-m", "0", image.toString());
        device = run("losetup", "--find", "--show", image.toString()).strip();
        places.add(List.of());
        daemonElsewhere().ifPresent(pid -> places.add(List.of("nsenter", "--target", pid, "--mount")));
        places.forEach(place -> run(place, "mount", device, directory.toString()));
        // Passable for the hypervisor's user, as the directory of a machine has to be.
        run("chmod", "711", directory.toString());
        long usable = directory.toFile().getUsableSpace();
        run("fallocate", "--length", String.valueOf(usable - ((long) room << 20)), ballast.toString());
    }

    static boolean isPossible() {
        return "root".equals(System.getProperty("user.name")) && Files.exists(Path.of("/dev/loop-control"));
    }

    /** The process id of libvirt's daemon, if it sees other mounts than we do. */
    private static Optional<String> daemonElsewhere() {
        return ProcessHandle.allProcesses()
                .filter(process -> process.info()
                        .command()
                        .filter(command -> command.matches(".*/(libvirtd|virtqemud)"))
                        .isPresent())
                .map(process -> String.valueOf(process.pid()))
                .filter(pid -> !mounts(pid).equals(mounts("self")))
                .findFirst();
    }

    private static String mounts(String pid) {
        try {
            return Files.readSymbolicLink(Path.of("/proc", pid, "ns", "mnt")).toString();
        } catch (IOException gone) {
            return "";
        }
    }

    /** Takes all the room that is left. */
    void takeTheRest() {
        try (OutputStream output = Files.newOutputStream(rest)) {
            while (true) {
                output.write(new byte[PAGE]);
            }
        } catch (IOException full) {
            if (!String.valueOf(full.getMessage()).contains("No space left")) {
                throw new UncheckedIOException(full);
            }
        }
    }

    /** All of it is free, but for what the machines take. */
    void makeRoom() throws IOException {
        Files.deleteIfExists(ballast);
        Files.deleteIfExists(rest);
    }

    private static void run(List<String> place, String... command) {
        run(Stream.concat(place.stream(), Stream.of(command)).toArray(String[]::new));
    }

    private static String run(String... command) {
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            String output = new String(process.getInputStream().readAllBytes(), UTF_8);
            if (!process.waitFor(30, TimeUnit.SECONDS) || process.exitValue() != 0) {
                throw new AssertionError(String.join(" ", command) + ": " + output);
            }
            return output;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new AssertionError("interrupted", e);
        }
    }

    /** Lets go of it even if a process that a failed test left still has files there: it ends with that process. */
    @Override
    public void close() {
        places.reversed().forEach(place -> run(place, "umount", "--lazy", directory.toString()));
        run("losetup", "--detach", device);
    }
}
