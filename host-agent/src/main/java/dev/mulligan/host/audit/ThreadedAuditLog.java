package dev.mulligan.host.audit;

import dev.mulligan.host.TaskId;
import dev.mulligan.host.ThreadName;
import java.util.Optional;
import java.util.function.Function;

/** Says in each entry about a task which thread the task belongs to, whoever appends it. */
public final class ThreadedAuditLog implements AuditLog {
    private final AuditLog log;
    private final Function<TaskId, Optional<ThreadName>> threads;

    /** @param threads empty where a task is of no thread, or not known yet */
    public ThreadedAuditLog(AuditLog log, Function<TaskId, Optional<ThreadName>> threads) {
        this.log = log;
        this.threads = threads;
    }

    @Override
    public long append(AuditEvent event) {
        return log.append(thread(event)
                .filter(ignored -> event.thread().isEmpty())
                .map(event::withThread)
                .orElse(event));
    }

    private Optional<ThreadName> thread(AuditEvent event) {
        try {
            return event.task().flatMap(threads);
        } catch (RuntimeException failure) {
            throw StoredAuditLog.unavailable(event.kind(), failure);
        }
    }
}
