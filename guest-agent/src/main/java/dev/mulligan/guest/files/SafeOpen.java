package dev.mulligan.guest.files;

import dev.mulligan.guest.failure.ErrorCode;
import dev.mulligan.guest.failure.GuestException;
import dev.mulligan.guest.linux.Descriptor;
import dev.mulligan.guest.linux.Directory;
import dev.mulligan.guest.linux.Open;
import java.io.IOException;
import java.nio.file.Path;

/**
 * Opens regular files and nothing else: opening a FIFO waits for a writer, opening a device can do anything at all. So
 * the name is first opened as a mere place (O_PATH), looked at, and only then opened for reading, through /proc, so
 * that nobody can put something else there in between.
 */
public final class SafeOpen {
    private SafeOpen() {}

    /**
     * Opens a regular file; FAILED_PRECONDITION if it is something else.
     *
     * @param flags such as {@link Open#NOFOLLOW}
     * @param shown its path, for the error
     */
    public static Descriptor forReading(Directory directory, byte[] name, int flags, Object shown) throws IOException {
        try (Descriptor place = directory.openFile(name, Open.PATH | flags, 0)) {
            return forReading(place, shown);
        }
    }

    /** Opens for reading what was opened as a mere place. */
    public static Descriptor forReading(Descriptor place, Object shown) throws IOException {
        if (!Directory.status(place).isRegular()) {
            throw new GuestException(ErrorCode.FAILED_PRECONDITION, "file: " + shown + " (expected: a regular file)");
        }
        return Descriptor.openToRead(Path.of("/proc/self/fd/" + place.number()));
    }
}
