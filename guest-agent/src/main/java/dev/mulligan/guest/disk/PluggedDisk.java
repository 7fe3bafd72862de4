package dev.mulligan.guest.disk;

import dev.mulligan.guest.failure.ErrorCode;
import dev.mulligan.guest.failure.GuestException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Pattern;

/** A disk that the host has plugged in, known by its serial number. */
public final class PluggedDisk {
    private static final Duration PATIENCE = Duration.ofSeconds(15);
    private static final Pattern SERIAL = Pattern.compile("[A-Za-z0-9_-]{1,20}");

    private PluggedDisk() {}

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

    /**
     * Waits for the device of a disk.
     *
     * @param devices where udev links disks by their serial numbers
     */
    public static Path await(Path devices, String serial) throws InterruptedException {
        Path device = devices.resolve("virtio-" + serial);
        long start = System.nanoTime();
        while (!Files.exists(device)) {
            if (System.nanoTime() - start > PATIENCE.toNanos()) {
                throw new GuestException(
                        ErrorCode.FAILED_PRECONDITION,
                        "disk: %s (expected: there within %s of being attached); attach it first"
                                .formatted(device, PATIENCE));
            }
            Thread.sleep(20);
        }
        return device;
    }
}
