package dev.mulligan.host.cli.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;

/**
 * A folder of many small files, {@value #IN_DIRECTORY} in a directory, of bytes that nobody can compress.
 *
 * @param files how many
 * @param bytes of each
 */
record ManyFiles(Path path, int files, int bytes) {
    private static final int IN_DIRECTORY = 50;

    /** Makes it. */
    static ManyFiles make(Path path, int files, int bytes) throws IOException {
        ManyFiles made = new ManyFiles(Files.createDirectory(path), files, bytes);
        made.fill();
        return made;
    }

    private void fill() throws IOException {
        Random random = new Random(1);
        byte[] content = new byte[bytes];
        for (int number = 0; number < files; number++) {
            if (number % IN_DIRECTORY == 0) {
                Files.createDirectory(path.resolve(directory(number)));
            }
            random.nextBytes(content);
            Files.write(path.resolve(name(number)), content);
        }
    }

    /** The same under another name, which nobody has packed yet. */
    ManyFiles renamed(Path other) {
        try {
            return new ManyFiles(Files.move(path, other), files, bytes);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** Relative to the folder. */
    static String name(int number) {
        return directory(number) + "/file-" + number;
    }

    private static String directory(int number) {
        return "directory-" + number / IN_DIRECTORY;
    }
}
