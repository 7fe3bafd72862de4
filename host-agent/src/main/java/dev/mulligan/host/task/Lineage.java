package dev.mulligan.host.task;

import dev.mulligan.host.TaskId;
import dev.mulligan.host.ThreadName;
import dev.mulligan.host.audit.AuditEvent;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * What a task is handed on from: its scope is within the scopes of those tasks.
 *
 * @param parent as the client says
 * @param thread as the client says
 * @param previous the task before it in its thread; empty until it is dispatched, and for a thread's first
 * @param withheld what it asked for and those tasks may not, for people; empty until it is dispatched
 */
public record Lineage(
        Optional<TaskId> parent, Optional<ThreadName> thread, Optional<TaskId> previous, List<String> withheld) {
    /** Of a task that stands for itself. */
    public static final Lineage NONE = new Lineage(Optional.empty(), Optional.empty(), Optional.empty(), List.of());

    public Lineage {
        withheld = List.copyOf(withheld);
    }

    /** As a client asks for it. */
    public static Lineage asked(Optional<TaskId> parent, Optional<ThreadName> thread) {
        return new Lineage(parent, thread, Optional.empty(), List.of());
    }

    /** Whether it says anything. */
    boolean isEmpty() {
        return parent.isEmpty() && thread.isEmpty();
    }

    /** Each once. */
    List<TaskId> givers() {
        return Stream.of(parent, previous).flatMap(Optional::stream).distinct().toList();
    }

    /** An entry about a task that the journal does not know yet: its thread is nowhere else. */
    AuditEvent of(AuditEvent event) {
        return thread.map(event::withThread).orElse(event);
    }

    /** In the record, where the thread is a part of each entry. */
    Map<String, String> facts() {
        Map<String, String> facts = new TreeMap<>();
        parent.ifPresent(task -> facts.put("parent", task.value()));
        previous.ifPresent(task -> facts.put("previous", task.value()));
        if (!withheld.isEmpty()) {
            facts.put("withheld", String.join("; ", withheld));
        }
        return facts;
    }
}
