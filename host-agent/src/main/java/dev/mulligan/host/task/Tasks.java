package dev.mulligan.host.task;

import dev.mulligan.host.Actor;
import dev.mulligan.host.SandboxId;
import dev.mulligan.host.TaskId;
import dev.mulligan.host.ThreadName;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The tasks of this host: dispatch, look, watch, cancel. Safe for use by several threads. */
public interface Tasks {
    /** Journals the task and returns at once; an id that is known returns the first task, {@code existing}. */
    Dispatched dispatch(Optional<TaskId> id, TaskSpec spec, Actor actor);

    /** {@code UNKNOWN_TASK}. */
    Task get(TaskId id);

    /** Newest first; {@code pageToken} as the page before gave it, empty for the first. */
    Page list(TaskFilter filter, int pageSize, String pageToken);

    /**
     * Delivers the task's events from {@code fromSequence} on, then live ones, to the listener, one after another on
     * one thread; ends with {@code ended()} after the last event of an ended task. A listener that blocks holds up
     * nobody but itself.
     */
    AutoCloseable watch(TaskId id, long fromSequence, TaskListener listener);

    /** Asks the task to stop and waits until it has ended. */
    Task cancel(TaskId id, Actor actor) throws InterruptedException;

    record Dispatched(Task task, boolean existing) {}

    /** Which tasks: those that match all that is given; no states: all of them. */
    record TaskFilter(
            Set<TaskState> states,
            Optional<SandboxId> sandbox,
            java.util.Map<String, String> labels,
            Optional<ThreadName> thread) {
        public TaskFilter {
            states = Set.copyOf(states);
            labels = java.util.Map.copyOf(labels);
        }

        /** Of any thread, and of none. */
        public TaskFilter(Set<TaskState> states, Optional<SandboxId> sandbox, java.util.Map<String, String> labels) {
            this(states, sandbox, labels, Optional.empty());
        }
    }

    /** Some of a list; the token is empty on the last page. */
    record Page(List<Task> tasks, String nextPageToken) {
        public Page {
            tasks = List.copyOf(tasks);
        }
    }

    /** Receives what happens to a task. */
    interface TaskListener {
        void event(TaskEvent event);

        void ended();
    }
}
