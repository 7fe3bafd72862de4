package dev.mulligan.host.task;

import dev.mulligan.host.Bell;
import dev.mulligan.host.TaskId;
import dev.mulligan.host.guest.MimeBundle;
import dev.mulligan.host.store.Store;
import dev.mulligan.vm.DataSize;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The events of tasks: kept, bounded, and told to those who watch. Watchers read what is kept, each at its own pace;
 * all that is shared with them is a bell.
 */
final class TaskEvents {
    // As they are kept: in Base64.
    private static final long KEPT_RESULTS = DataSize.ofMebibytes(16).bytes() * 4 / 3;
    private static final long KEPT_RESULTS_IN_ALL = DataSize.ofMebibytes(256).bytes() * 4 / 3;

    private final Store store;
    private final InstantSource clock;
    private final long keptOfTask;
    private final long keptInAll;
    private final Map<TaskId, Bell> bells = new ConcurrentHashMap<>();
    private final Set<TaskId> ending = ConcurrentHashMap.newKeySet();

    /**
     * @param keptOfTask what the output that is kept of one task may cost
     * @param keptInAll what the output that is kept of all tasks may cost; the oldest goes first
     */
    TaskEvents(Store store, InstantSource clock, long keptOfTask, long keptInAll) {
        this.store = store;
        this.clock = clock;
        this.keptOfTask = keptOfTask;
        this.keptInAll = keptInAll;
    }

    void append(TaskId task, EventBody body) {
        Instant now = clock.instant();
        store.write(handle -> {
            EventRows.insert(handle, task, now, body);
            return null;
        });
        ring(task);
    }

    /** A call has ended; what it returned is kept apart from that, and within its own bounds. */
    void append(TaskId task, CallResult result, List<MimeBundle> results) {
        Instant now = clock.instant();
        store.write(handle -> {
            ResultRows.insert(handle, task, result.index(), results, KEPT_RESULTS);
            EventRows.insert(handle, task, now, new EventBody.Ended(result));
            return null;
        });
        ring(task);
    }

    /** What a call returned; empty if that was nothing, or is kept no more. */
    List<MimeBundle> results(TaskId task, int call) {
        return store.read(handle -> ResultRows.find(handle, task, call));
    }

    void append(TaskId task, List<OutputChunk> chunks) {
        Instant now = clock.instant();
        store.write(handle -> {
            OutputRows.insert(handle, task, now, chunks);
            OutputRows.keep(handle, task, keptOfTask);
            return null;
        });
        ring(task);
    }

    /**
     * Runs what writes a task's end into the journal and then appends its last event. The journal comes first, because
     * who has seen the event may ask it; watchers wait for the event as long as {@link #ending} says so.
     */
    void end(TaskId task, Runnable journalAndEvent) {
        ending.add(task);
        try {
            journalAndEvent.run();
        } finally {
            ending.remove(task);
            ring(task);
        }
    }

    /** Whether the last event of a task that has ended may still come. Ask after the journal, and before reading. */
    boolean ending(TaskId task) {
        return ending.contains(task);
    }

    /** Drops the oldest tasks' output and results until the rest fits; to be called now and then. */
    void trim(TaskId newest) {
        store.write(handle -> {
            while (OutputRows.kept(handle) > keptInAll) {
                Optional<TaskId> oldest = OutputRows.oldestKept(handle, newest);
                if (oldest.isEmpty()) {
                    break;
                }
                OutputRows.keep(handle, oldest.get(), 0);
            }
            ResultRows.keep(handle, KEPT_RESULTS_IN_ALL);
            return null;
        });
    }

    List<EventRows.Row> read(TaskId task, long fromSequence, int limit) {
        return store.read(handle -> EventRows.from(handle, task, fromSequence, limit));
    }

    /** Rung at each event of the task from now on, until it is closed. */
    Bell.Ear listen(TaskId task) {
        return bells.compute(task, (id, bell) -> bell == null ? new Bell() : bell)
                .ear(() -> forget(task));
    }

    private void forget(TaskId task) {
        bells.computeIfPresent(task, (id, bell) -> bell.heard() ? bell : null);
    }

    private void ring(TaskId task) {
        Bell bell = bells.get(task);
        if (bell != null) {
            bell.ring();
        }
    }
}
