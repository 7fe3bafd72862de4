package dev.mulligan.host.audit;

import dev.mulligan.host.Actor;
import dev.mulligan.host.SandboxId;
import dev.mulligan.host.TaskId;
import dev.mulligan.host.ThreadName;
import java.util.Map;
import java.util.Optional;

/**
 * What is to be recorded; the log adds sequence, time and hashes.
 *
 * @param kind what happened or is about to: {@code task.dispatched}, {@code call.decided}, {@code sandbox.created}, …
 * @param decision {@code allow}, {@code ask} or {@code deny}; empty if nothing was decided
 * @param rule what decided; empty if nothing was decided
 * @param details further facts: digests, exit codes, ids; never output. Secrets of a known shape are masked, and long
 *     texts cut, before anything is written: see {@link Mask}
 * @param thread of the task; see {@link ThreadedAuditLog}
 */
public record AuditEvent(
        String kind,
        Actor actor,
        Optional<TaskId> task,
        Optional<SandboxId> sandbox,
        String tool,
        String decision,
        String rule,
        Map<String, String> details,
        Optional<ThreadName> thread) {
    /** The detail that holds a call's arguments as text, where the scope wants them; it may be longer than others. */
    public static final String ARGUMENTS = "arguments_text";

    public AuditEvent {
        details = Map.copyOf(details);
    }

    /** An event without task, sandbox, tool or decision; add them with the {@code with…} methods. */
    public static AuditEvent of(String kind, Actor actor) {
        return new AuditEvent(kind, actor, Optional.empty(), Optional.empty(), "", "", "", Map.of(), Optional.empty());
    }

    public AuditEvent withTask(TaskId id) {
        return new AuditEvent(kind, actor, Optional.of(id), sandbox, tool, decision, rule, details, thread);
    }

    public AuditEvent withSandbox(SandboxId id) {
        return new AuditEvent(kind, actor, task, Optional.of(id), tool, decision, rule, details, thread);
    }

    public AuditEvent withDecision(String toolName, String verdict, String byRule) {
        return new AuditEvent(kind, actor, task, sandbox, toolName, verdict, byRule, details, thread);
    }

    public AuditEvent withDetails(Map<String, String> facts) {
        return new AuditEvent(kind, actor, task, sandbox, tool, decision, rule, facts, thread);
    }

    public AuditEvent withThread(ThreadName name) {
        return new AuditEvent(kind, actor, task, sandbox, tool, decision, rule, details, Optional.of(name));
    }
}
