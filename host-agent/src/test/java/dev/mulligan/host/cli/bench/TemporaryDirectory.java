package dev.mulligan.host.cli.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A directory for a benchmark, removed with all that is in it. */
public record TemporaryDirectory(Path path) implements AutoCloseable {
    /** Makes one. */
    public static TemporaryDirectory in(Path parent) {
        try {
            return new TemporaryDirectory(Files.createTempDirectory(parent, "mulligan-jmh"));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    @Override
    public void close() {
        try {
            Cleanup.removeTree(path);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
