package dev.mulligan.host.task;

import dev.mulligan.host.SandboxId;
import dev.mulligan.host.TaskId;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Who may run when: tasks of one sandbox one after another in the order of their dispatch, tasks in sandboxes of their
 * own up to a number. Guarded by its user's lock.
 */
final class Lanes {
    private final int parallelism;
    private final Map<TaskId, Optional<SandboxId>> waiting = new LinkedHashMap<>();
    private final Map<SandboxId, TaskId> held = new HashMap<>();
    private int own;

    Lanes(int parallelism) {
        this.parallelism = parallelism;
    }

    int waiting() {
        return waiting.size();
    }

    /** @param lane the sandbox that it waits for; empty: it gets one of its own */
    void add(TaskId task, Optional<SandboxId> lane) {
        waiting.put(task, lane);
    }

    boolean waits(TaskId task) {
        return waiting.containsKey(task);
    }

    void remove(TaskId task) {
        waiting.remove(task);
    }

    /** A task whose turn it is. */
    record Turn(TaskId task, Optional<SandboxId> lane) {}

    /** The next task that may run now, which then has its place. */
    Optional<Turn> next() {
        for (Iterator<Map.Entry<TaskId, Optional<SandboxId>>> all =
                        waiting.entrySet().iterator();
                all.hasNext(); ) {
            Map.Entry<TaskId, Optional<SandboxId>> entry = all.next();
            if (free(entry.getValue())) {
                all.remove();
                take(entry.getKey(), entry.getValue());
                return Optional.of(new Turn(entry.getKey(), entry.getValue()));
            }
        }
        return Optional.empty();
    }

    private boolean free(Optional<SandboxId> lane) {
        return lane.map(sandbox -> !held.containsKey(sandbox)).orElse(own < parallelism);
    }

    /** Gives a task its place, free or not: for those that ran when the host agent was killed. */
    void take(TaskId task, Optional<SandboxId> lane) {
        lane.ifPresentOrElse(sandbox -> held.put(sandbox, task), () -> own++);
    }

    /** The sandbox that a task got: others that are dispatched to it wait. */
    void hold(TaskId task, SandboxId sandbox) {
        held.put(sandbox, task);
    }

    void release(TaskId task, Optional<SandboxId> lane) {
        held.values().removeIf(task::equals);
        if (lane.isEmpty()) {
            own--;
        }
    }
}
