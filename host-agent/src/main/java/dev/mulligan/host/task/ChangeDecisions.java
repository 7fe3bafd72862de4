package dev.mulligan.host.task;

import dev.mulligan.host.HostException;
import dev.mulligan.host.scope.Effect;
import dev.mulligan.host.scope.Limits;
import dev.mulligan.host.workspace.RelativePath;
import dev.mulligan.host.workspace.apply.ApplyOutcome;
import dev.mulligan.host.workspace.change.Selection;
import dev.mulligan.host.workspace.store.RecordedChangeSet;
import java.time.Duration;
import java.util.List;
import java.util.function.BiFunction;

/**
 * Does with the change sets of a task that has its verdict what its scope has said about them: what is allowed is
 * applied, what is denied is rejected, and what a person is asked about waits for one. Done again, it goes on where it was.
 */
final class ChangeDecisions {
    private final TaskParts parts;
    private final Task task;

    ChangeDecisions(TaskParts parts, Task task) {
        this.parts = parts;
        this.task = task;
    }

    /** It was rolled back: what it wrote is gone in the sandbox, and goes here. */
    void forget() {
        sets().forEach(set -> parts.changes().forget(set.id(), task.actor()));
    }

    /** It failed and its sandbox is kept: what it wrote is kept, too, but reaches a folder only if a person wants it. */
    void keep() {
        sets().forEach(this::reject);
    }

    /**
     * It succeeded.
     *
     * @param failed makes a note for the end of the task of what could not be applied, or throws it
     */
    String carryOut(BiFunction<String, HostException, String> failed) {
        StringBuilder note = new StringBuilder();
        for (RecordedChangeSet set : sets()) {
            reject(set);
            try {
                note.append(apply(set));
            } catch (HostException failure) {
                note.append(failed.apply("its changes could not be applied", failure));
            }
            // As it is now: new directories of which no rule speaks came along with what was applied.
            ask(parts.changes().get(set.id()));
        }
        return note.toString();
    }

    private List<RecordedChangeSet> sets() {
        return parts.changes().ofTask(task.id());
    }

    private void reject(RecordedChangeSet set) {
        List<RelativePath> denied = pending(set, Effect.DENY);
        if (!denied.isEmpty()) {
            var _ = parts.changes().reject(set.id(), Selection.exactly(denied), task.actor());
        }
    }

    /** Told once, however often it is done. */
    private void ask(RecordedChangeSet set) {
        set.pending().forEach((ruling, paths) -> {
            if (ruling.effect() == Effect.ASK) {
                parts.approvals()
                        .ask(AskedChanges.question(set, ruling), patience())
                        .ifPresent(approval -> step(paths.size() + (paths.size() == 1 ? " change of " : " changes of ")
                                + set.folder() + " for you to decide: mulligan approvals show " + approval.id()));
            }
        });
    }

    private Duration patience() {
        return task.spec().scope().limits().patience().orElse(Limits.DEFAULT_PATIENCE_FOR_CHANGES);
    }

    private String apply(RecordedChangeSet set) {
        List<RelativePath> allowed = pending(set, Effect.ALLOW);
        if (allowed.isEmpty()) {
            return "";
        }
        return switch (parts.changes().apply(set.id(), Selection.exactly(allowed), task.actor())) {
            case ApplyOutcome.Applied _ -> {
                step("applied " + allowed.size() + " to " + set.folder());
                yield "";
            }
            case ApplyOutcome.Nothing _ -> "";
            case ApplyOutcome.Conflicted conflicted ->
                "; its changes were not applied, as " + set.folder() + " has changed: "
                        + Conflicts.text(conflicted.conflicts());
        };
    }

    private static List<RelativePath> pending(RecordedChangeSet set, Effect effect) {
        return set.pending().entrySet().stream()
                .filter(ruled -> ruled.getKey().effect() == effect)
                .flatMap(ruled -> ruled.getValue().stream())
                .toList();
    }

    private void step(String message) {
        parts.events().append(task.id(), new EventBody.Step(message));
    }
}
