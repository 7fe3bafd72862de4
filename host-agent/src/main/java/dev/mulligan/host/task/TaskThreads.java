package dev.mulligan.host.task;

import dev.mulligan.host.TaskId;
import dev.mulligan.host.ThreadName;
import dev.mulligan.host.store.Store;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;

/** Which thread a task belongs to, for ever: what was found once is remembered. Any thread may ask. */
public final class TaskThreads {
    /** More tasks than are at work at the same time. */
    private static final int MOST = 1_000;

    private final Store journal;
    // Guarded by itself; the first are forgotten first.
    private final LinkedHashMap<TaskId, Optional<ThreadName>> known = new LinkedHashMap<>();

    public TaskThreads(Store journal) {
        this.journal = journal;
    }

    /** Empty: none, or there is no such task yet. */
    public Optional<ThreadName> of(TaskId task) {
        synchronized (known) {
            Optional<ThreadName> remembered = known.get(task);
            if (remembered != null) {
                return remembered;
            }
        }
        List<Optional<ThreadName>> found = journal.read(handle -> handle.createQuery(
                        "SELECT task_thread.thread FROM task LEFT JOIN task_thread ON task_thread.task = task.id"
                                + " WHERE task.id = ?")
                .bind(0, task.value())
                .map((row, _) -> Optional.ofNullable(row.getString(1)).map(ThreadName::new))
                .list());
        found.forEach(thread -> remember(task, thread));
        return found.isEmpty() ? Optional.empty() : found.getFirst();
    }

    private void remember(TaskId task, Optional<ThreadName> thread) {
        synchronized (known) {
            known.put(task, thread);
            if (known.size() > MOST) {
                var _ = known.pollFirstEntry();
            }
        }
    }
}
