package dev.mulligan.guest.process;

import dev.mulligan.guest.failure.ErrorCode;
import dev.mulligan.guest.failure.GuestException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Finds a program as execvp(3) would, so that a missing one is an answer and not an exit code.
 *
 * @param path directories separated by colons
 * @param directory what a name with a slash is relative to
 */
record ProgramLookup(String path, Path directory) {
    /** The absolute path of {@code program}. */
    String require(String program) {
        if (program.contains("/")) {
            Path file = directory.resolve(program);
            if (Files.isRegularFile(file)) {
                return file.toString();
            }
        } else {
            for (String place : path.split(":", -1)) {
                Path file = directory.resolve(place).resolve(program);
                if (Files.isRegularFile(file) && Files.isExecutable(file)) {
                    return file.toString();
                }
            }
        }
        throw new GuestException(
                ErrorCode.NOT_FOUND,
                "program: %s (expected: an executable file in %s); install it in the image, or give its full path"
                        .formatted(program, program.contains("/") ? directory : path));
    }
}
