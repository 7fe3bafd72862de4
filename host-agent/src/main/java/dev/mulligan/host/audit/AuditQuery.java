package dev.mulligan.host.audit;

import dev.mulligan.host.SandboxId;
import dev.mulligan.host.TaskId;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Which entries to read: those that match all that is given.
 *
 * @param path of a file in a sandbox, without a slash at its end: entries that name it, or one below it
 * @param since inclusive
 * @param until exclusive
 * @param limit at most so many, from the oldest on; empty: all
 */
public record AuditQuery(
        Optional<TaskId> task,
        Optional<SandboxId> sandbox,
        Optional<String> kind,
        Optional<String> decision,
        Optional<String> tool,
        Optional<String> path,
        Optional<Instant> since,
        Optional<Instant> until,
        OptionalLong limit) {
    /** Everything. */
    public static final AuditQuery ALL = new AuditQuery(
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            OptionalLong.empty());

    /** Everything about one task. */
    public static AuditQuery ofTask(TaskId task) {
        return new AuditQuery(
                Optional.of(task),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                OptionalLong.empty());
    }
}
