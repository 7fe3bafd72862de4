package dev.mulligan.host.task;

import dev.mulligan.host.sandbox.IdleTimeouts;
import dev.mulligan.host.sandbox.SandboxSize;
import dev.mulligan.vm.DataSize;
import java.time.Duration;

/**
 * How this host runs tasks.
 *
 * @param parallelism tasks in sandboxes of their own that run at the same time, at least 1
 * @param waiting tasks that may wait; one more is {@code QUEUE_FULL}
 * @param sandboxSize of the sandboxes that tasks get
 * @param idle of those that are kept after their task
 * @param keptOutput of one task; each piece counts for at least 256 bytes, so this bounds pieces too
 * @param keptOutputInAll of all tasks; the oldest goes first
 * @param obedience how long a guest may take to end a call that was stopped, before its machine is rolled back or
 *     paused
 * @param retry how long to wait before a task whose end could not be recorded is ended anew
 * @param shutdown how long a host agent that shuts down waits for tasks that it interrupts
 */
public record TaskOptions(
        int parallelism,
        int waiting,
        SandboxSize sandboxSize,
        IdleTimeouts idle,
        DataSize keptOutput,
        DataSize keptOutputInAll,
        Duration obedience,
        Duration retry,
        Duration shutdown) {
    /** As documented, for sandboxes of that size. */
    public static TaskOptions of(int parallelism, SandboxSize sandboxSize, IdleTimeouts idle) {
        return new TaskOptions(
                parallelism,
                1000,
                sandboxSize,
                idle,
                DataSize.ofMebibytes(16),
                DataSize.ofGibibytes(1),
                Duration.ofSeconds(10),
                Duration.ofSeconds(5),
                Duration.ofSeconds(30));
    }
}
