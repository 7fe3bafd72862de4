package dev.mulligan.host.audit;

import dev.mulligan.host.SandboxId;
import dev.mulligan.host.TaskId;
import dev.mulligan.host.ThreadName;
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
        OptionalLong limit,
        Optional<ThreadName> thread) {
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

    /** Of any thread, and of none. */
    public AuditQuery(
            Optional<TaskId> task,
            Optional<SandboxId> sandbox,
            Optional<String> kind,
            Optional<String> decision,
            Optional<String> tool,
            Optional<String> path,
            Optional<Instant> since,
            Optional<Instant> until,
            OptionalLong limit) {
        this(task, sandbox, kind, decision, tool, path, since, until, limit, Optional.empty());
    }

    /** The same of one thread. */
    public AuditQuery ofThread(ThreadName name) {
        return new AuditQuery(task, sandbox, kind, decision, tool, path, since, until, limit, Optional.of(name));
    }

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
