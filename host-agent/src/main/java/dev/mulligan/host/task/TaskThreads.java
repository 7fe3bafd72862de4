package dev.mulligan.host.task;

import dev.mulligan.host.TaskId;
import dev.mulligan.host.ThreadName;
import dev.mulligan.host.store.Store;
import java.util.Optional;

/** Which thread a task belongs to. Any thread may ask. */
public final class TaskThreads {
    private final Store journal;

    public TaskThreads(Store journal) {
        this.journal = journal;
    }

    /** Empty: none, or there is no such task yet. */
    public Optional<ThreadName> of(TaskId task) {
        return journal.read(handle -> handle.createQuery("SELECT thread FROM task_thread WHERE task = ?")
                .bind(0, task.value())
                .mapTo(String.class)
                .findOne()
                .map(ThreadName::new));
    }
}
