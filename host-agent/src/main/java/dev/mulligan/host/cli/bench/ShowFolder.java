package dev.mulligan.host.cli.bench;

import com.google.protobuf.ByteString;
import dev.mulligan.host.cli.bench.measure.Figure;
import dev.mulligan.host.cli.bench.measure.Samples;
import dev.mulligan.host.cli.bench.measure.Timed;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A task is granted a folder, and its call reads from it. */
final class ShowFolder implements Timed {
    private static final int READ_BYTES = 16;
    private static final String IN_EVERY_SANDBOX = "/etc/passwd";

    private final FolderBench bench;
    private final boolean unseen;
    private final Map<String, Duration> aside = new LinkedHashMap<>();
    private final List<Duration> packings = new ArrayList<>();
    private ManyFiles folder;
    private @Nullable WatchedTask task;

    /** @param unseen whether it is to be one that was never packed before, each time */
    ShowFolder(FolderBench bench, ManyFiles folder, boolean unseen) {
        this.bench = bench;
        this.folder = folder;
        this.unseen = unseen;
    }

    /** Where the folder is at the moment. */
    Path folder() {
        return folder.path();
    }

    /** A task without a folder: what came before is shown no more, and what a task costs is known. */
    @Override
    public void prepare() throws Exception {
        aside.clear();
        if (unseen) {
            folder = folder.renamed(bench.fresh());
        }
        long begin = System.nanoTime();
        WatchedTask other = bench.head(Optional.empty(), IN_EVERY_SANDBOX, READ_BYTES);
        ByteString _ = other.awaitOutput();
        aside.put("the same without a folder", Duration.ofNanos(System.nanoTime() - begin));
        other.awaitEnd();
    }

    @Override
    public void run() throws Exception {
        String file = ManyFiles.name(folder.files() / 2);
        task = bench.head(Optional.of(folder), BenchTasks.IN_SANDBOX + "/" + file, READ_BYTES);
        ByteString seen = task.awaitOutput();
        ByteString there = head(folder.path().resolve(file));
        if (!seen.equals(there)) {
            throw new IllegalStateException("file in the sandbox: other bytes (expected: those of the folder)");
        }
    }

    private static ByteString head(Path file) throws IOException {
        try (InputStream content = Files.newInputStream(file)) {
            return ByteString.copyFrom(content.readNBytes(READ_BYTES));
        }
    }

    @Override
    public void tidy() throws Exception {
        WatchedTask ran = task;
        task = null;
        if (ran != null) {
            ran.awaitEnd();
            packings.add(ran.packing());
            aside.put("of that, packing and mounting", ran.packing());
        }
    }

    @Override
    public Map<String, Duration> aside() {
        return Map.copyOf(aside);
    }

    @Override
    public List<Figure> figures() {
        Duration median = new Samples(packings.subList(1, packings.size())).median();
        double seconds = median.toNanos() / 1e9;
        double mebibytes = (double) folder.files() * folder.bytes() / (1 << 20);
        return List.of(
                new Figure("files a second, packing and mounting", folder.files() / seconds, ""),
                new Figure("and a second", mebibytes / seconds, "MiB"));
    }
}
