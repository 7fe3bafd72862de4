package dev.mulligan.host.cli.bench;

import dev.mulligan.host.cli.bench.measure.Figure;
import dev.mulligan.host.cli.bench.measure.Samples;
import dev.mulligan.host.cli.bench.measure.Timed;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What a task wrote is applied, and undone, so that it can be applied again. */
final class CarryOut implements Timed {
    private final FolderBench bench;
    private final ManyFiles folder;
    private final int files;
    private final List<Duration> taken = new ArrayList<>();
    private String task = "";
    private boolean applied;
    private Duration undone = Duration.ZERO;

    /** @param files that the task writes, and that are applied each time */
    CarryOut(FolderBench bench, ManyFiles folder, int files) {
        this.bench = bench;
        this.folder = folder;
        this.files = files;
    }

    @Override
    public void prepare() throws Exception {
        if (task.isEmpty()) {
            WatchedTask writing = bench.create(folder, files);
            writing.awaitEnd();
            task = writing.id();
        }
    }

    @Override
    public void run() throws Exception {
        applied = false;
        long begin = System.nanoTime();
        require("files applied", bench.tasks().apply(task));
        taken.add(Duration.ofNanos(System.nanoTime() - begin));
        applied = true;
    }

    @Override
    public void tidy() throws Exception {
        if (applied) {
            long begin = System.nanoTime();
            require("files taken back", bench.tasks().undo(task));
            undone = Duration.ofNanos(System.nanoTime() - begin);
        }
    }

    private void require(String what, int count) {
        if (count != files) {
            throw new IllegalStateException(what + ": " + count + " (expected: " + files + ")");
        }
    }

    @Override
    public Map<String, Duration> aside() {
        return Map.of("undo of it", undone);
    }

    @Override
    public List<Figure> figures() {
        double seconds = new Samples(taken.subList(1, taken.size())).median().toNanos() / 1e9;
        return List.of(new Figure("files a second, at the median", files / seconds, ""));
    }

    @Override
    public void end() throws Exception {
        if (!task.isEmpty()) {
            int _ = bench.tasks().reject(task);
        }
    }
}
