package dev.mulligan.host.cli.archive;

import dev.mulligan.host.cli.bench.TemporaryDirectory;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** A folder becomes an archive, as {@code sandbox cp} sends it. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
@State(Scope.Benchmark)
public class TarBenchmark {
    private static final int FILES = 200;
    private static final int FILE_BYTES = 16 << 10;

    private final TemporaryDirectory folder = TemporaryDirectory.in(Path.of("/dev/shm"));

    /** JMH calls it. */
    public TarBenchmark() {
        byte[] content = new byte[FILE_BYTES];
        new Random(1).nextBytes(content);
        try {
            for (int i = 0; i < FILES; i++) {
                Path directory = Files.createDirectories(folder.path().resolve("directory-" + i % 10));
                Files.write(directory.resolve("file-" + i), content);
            }
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** 200 files of 16 KiB in ten directories. */
    @Benchmark
    public void pack200Files() throws IOException {
        new TarPacker(folder.path(), skipped -> {}).pack(OutputStream.nullOutputStream());
    }

    /** Removes the folder. */
    @TearDown
    public void close() {
        folder.close();
    }
}
