package dev.mulligan.host.task;

import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import dev.mulligan.host.scope.Scope;
import dev.mulligan.host.tool.ToolCall;
import java.util.List;
import java.util.Map;

/**
 * One piece of work, as a client asked for it. {@code BAD_TASK} if it can't be run.
 *
 * @param name for people, at most 200 characters; may be empty
 * @param calls 1 to 1,000, run one after another; the first that fails ends the task
 * @param labels at most 64, each key and value at most 256 characters
 * @param keepSandbox keep the sandbox that was created for this task
 * @param lineage the tasks that it is handed on from
 */
public record TaskSpec(
        String name,
        TaskPlace place,
        Scope scope,
        OnFailure onFailure,
        List<ToolCall> calls,
        Map<String, String> labels,
        boolean keepSandbox,
        Lineage lineage) {
    private static final int LONGEST_NAME = 200;
    private static final int MOST_CALLS = 1000;
    private static final int MOST_LABELS = 64;
    private static final int LONGEST_LABEL = 256;

    public TaskSpec {
        calls = List.copyOf(calls);
        labels = Map.copyOf(labels);
        require(name.length() <= LONGEST_NAME, "length of a task's name", name.length(), "at most 200 characters");
        require(!calls.isEmpty() && calls.size() <= MOST_CALLS, "number of calls", calls.size(), "1 to 1000");
        require(labels.size() <= MOST_LABELS, "number of labels", labels.size(), "at most 64");
        labels.forEach((key, value) -> require(
                key.length() <= LONGEST_LABEL && value.length() <= LONGEST_LABEL,
                "length of a label",
                Math.max(key.length(), value.length()),
                "at most 256 characters"));
    }

    /** Handed on from none. */
    public TaskSpec(
            String name,
            TaskPlace place,
            Scope scope,
            OnFailure onFailure,
            List<ToolCall> calls,
            Map<String, String> labels,
            boolean keepSandbox) {
        this(name, place, scope, onFailure, calls, labels, keepSandbox, Lineage.NONE);
    }

    /** The same work under another scope. */
    TaskSpec withScope(Scope other) {
        return new TaskSpec(name, place, other, onFailure, calls, labels, keepSandbox, lineage);
    }

    /** The same work in another place. */
    TaskSpec withPlace(TaskPlace other, boolean keep) {
        return new TaskSpec(name, other, scope, onFailure, calls, labels, keep, lineage);
    }

    /** The same work of another descent. */
    TaskSpec withLineage(Lineage other) {
        return new TaskSpec(name, place, scope, onFailure, calls, labels, keepSandbox, other);
    }

    private static void require(boolean holds, String what, Object value, String expected) {
        if (!holds) {
            throw HostException.of(HostErrorCode.BAD_TASK, what)
                    .value(value)
                    .expected(expected)
                    .remedy("correct the task")
                    .build();
        }
    }
}
