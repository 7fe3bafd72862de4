package dev.mulligan.host.cli.bench;

import dev.mulligan.host.cli.bench.measure.Timed;
import org.jspecify.annotations.Nullable;

/** What a task wrote becomes a change set, which is thrown away. */
final class TakeOver implements Timed {
    private final FolderBench bench;
    private final int changes;
    private final Writing writing;
    private @Nullable WatchedTask task;

    /** @param changes that come out of it */
    TakeOver(FolderBench bench, int changes, Writing writing) {
        this.bench = bench;
        this.changes = changes;
        this.writing = writing;
    }

    /** Starts a task that writes. */
    interface Writing {
        WatchedTask start(int changes) throws Exception;
    }

    @Override
    public void prepare() throws Exception {
        task = null;
        WatchedTask started = writing.start(changes);
        started.awaitCallEnd();
        task = started;
    }

    @Override
    public void run() throws Exception {
        if (task != null) {
            task.awaitEnd();
        }
    }

    @Override
    public void tidy() throws Exception {
        if (task == null) {
            return;
        }
        int rejected = bench.tasks().reject(task.id());
        if (rejected != changes) {
            throw new IllegalStateException("changes of the task: " + rejected + " (expected: " + changes + ")");
        }
    }
}
