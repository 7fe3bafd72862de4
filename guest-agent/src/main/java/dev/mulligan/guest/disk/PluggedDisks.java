package dev.mulligan.guest.disk;

import dev.mulligan.guest.failure.ErrorCode;
import dev.mulligan.guest.failure.GuestException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Disks that the host has plugged in, known by their serial numbers. The kernel itself says which is which; udev, which
 * would link them by these numbers, does not run in a clone.
 *
 * <p>Safe for use by several threads.
 */
public final class PluggedDisks {
    private static final Duration PATIENCE = Duration.ofSeconds(15);
    private static final Duration POLL = Duration.ofMillis(3);
    private static final Pattern SERIAL = Pattern.compile("[A-Za-z0-9_-]{1,20}");

    private final Path blocks;
    private final Path nodes;
    private final Path links;

    /**
     * @param blocks where the kernel describes block devices (Documentation/ABI/stable/sysfs-block)
     * @param nodes where their files are, by the same names
     * @param links where we name them by their serial numbers; made when it is needed
     */
    public PluggedDisks(Path blocks, Path nodes, Path links) {
        this.blocks = blocks;
        this.nodes = nodes;
        this.links = links;
    }

    /** Those of this machine. */
    public static PluggedDisks ofThisMachine() {
        return new PluggedDisks(Path.of("/sys/block"), Path.of("/dev"), Path.of("/run/mulligan/disks"));
    }

    /**
     * Checks a serial number.
     *
     * @param field of the request that it is in, for the error
     */
    public static String requireSerial(String field, String serial) {
        if (!SERIAL.matcher(serial).matches()) {
            throw GuestException.invalid(field, serial, "1 to 20 of A-Z, a-z, 0-9, _ and -");
        }
        return serial;
    }

    /** The name by which a disk is mounted, whether or not it is there. */
    public Path name(String serial) {
        return links.resolve(serial);
    }

    /**
     * Waits for a disk.
     *
     * @return its {@linkplain #name}, which stands for it from now on
     */
    public Path await(String serial) throws IOException, InterruptedException {
        long start = System.nanoTime();
        while (true) {
            Optional<Path> node = find(serial);
            if (node.isPresent()) {
                return link(serial, node.get());
            }
            if (System.nanoTime() - start > PATIENCE.toNanos()) {
                throw new GuestException(
                        ErrorCode.FAILED_PRECONDITION,
                        "disk: %s (expected: there within %s of being attached); attach it first"
                                .formatted(serial, PATIENCE));
            }
            Thread.sleep(POLL);
        }
    }

    private Optional<Path> find(String serial) throws IOException {
        try (DirectoryStream<Path> devices = Files.newDirectoryStream(blocks)) {
            for (Path device : devices) {
                Path node = nodes.resolve(device.getFileName().toString());
                if (serial.equals(serial(device)) && Files.exists(node)) {
                    return Optional.of(node);
                }
            }
            return Optional.empty();
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
    }

    /** Empty if it has none, or goes away just now. */
    private static String serial(Path device) {
        try {
            return Files.readString(device.resolve("serial"), StandardCharsets.ISO_8859_1)
                    .strip();
        } catch (IOException none) {
            return "";
        }
    }

    /** A disk of that number may have been another device before. */
    private synchronized Path link(String serial, Path node) throws IOException {
        Path link = name(serial);
        if (!isLink(link, node)) {
            Files.createDirectories(links);
            Files.deleteIfExists(link);
            Files.createSymbolicLink(link, node);
        }
        return link;
    }

    private static boolean isLink(Path link, Path node) throws IOException {
        try {
            return Files.readSymbolicLink(link).equals(node);
        } catch (NoSuchFileException none) {
            return false;
        }
    }
}
