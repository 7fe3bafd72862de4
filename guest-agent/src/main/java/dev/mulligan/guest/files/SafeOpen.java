package dev.mulligan.guest.files;

import dev.mulligan.guest.failure.ErrorCode;
import dev.mulligan.guest.failure.GuestException;
import dev.mulligan.guest.linux.Descriptor;
import dev.mulligan.guest.linux.Directory;
import dev.mulligan.guest.linux.Open;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * Opens regular files and nothing else: opening a FIFO waits for a writer, opening a device can do anything at all. So
 * the name is first opened as a mere place (O_PATH), looked at, and only then opened for reading, through /proc, so
 * that nobody can put something else there in between.
 */
final class SafeOpen {
    private SafeOpen() {}

    static Descriptor forReading(Directory directory, byte[] name, int flags, Object shown) throws IOException {
        try (Descriptor place = directory.openFile(name, Open.PATH | flags, 0)) {
            if (!Directory.status(place).isRegular()) {
                throw new GuestException(
                        ErrorCode.FAILED_PRECONDITION, "file: " + shown + " (expected: a regular file)");
            }
            byte[] link = ("/proc/self/fd/" + place.number()).getBytes(StandardCharsets.US_ASCII);
            return directory.openFile(link, Open.READ_ONLY | Open.NONBLOCK, 0);
        }
    }
}
