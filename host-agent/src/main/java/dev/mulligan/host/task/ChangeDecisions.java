package dev.mulligan.host.task;

import dev.mulligan.host.HostException;
import dev.mulligan.host.scope.Effect;
import dev.mulligan.host.workspace.RelativePath;
import dev.mulligan.host.workspace.apply.ApplyOutcome;
import dev.mulligan.host.workspace.apply.Conflict;
import dev.mulligan.host.workspace.change.PathPattern;
import dev.mulligan.host.workspace.change.Selection;
import dev.mulligan.host.workspace.store.RecordedChangeSet;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;

/**
 * Does with the change sets of a task that has its verdict what its scope has said about them: what is allowed is
 * applied, what is denied is rejected, and what a person is asked about waits for one. Done again, it goes on where it was.
 */
final class ChangeDecisions {
    private static final int TOLD = 3;

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
            int asked = pending(set, Effect.ASK).size();
            if (asked > 0) {
                step(asked + (asked == 1 ? " change of " : " changes of ") + set.folder()
                        + " for you to decide: mulligan changes " + task.id());
            }
            try {
                note.append(apply(set));
            } catch (HostException failure) {
                note.append(failed.apply("its changes could not be applied", failure));
            }
        }
        return note.toString();
    }

    private List<RecordedChangeSet> sets() {
        return parts.changes().ofTask(task.id());
    }

    private void reject(RecordedChangeSet set) {
        List<RelativePath> denied = pending(set, Effect.DENY);
        if (!denied.isEmpty()) {
            var _ = parts.changes().reject(set.id(), exactly(denied), task.actor());
        }
    }

    private String apply(RecordedChangeSet set) {
        List<RelativePath> allowed = pending(set, Effect.ALLOW);
        if (allowed.isEmpty()) {
            return "";
        }
        return switch (parts.changes().apply(set.id(), exactly(allowed), task.actor())) {
            case ApplyOutcome.Applied _ -> {
                step("applied " + allowed.size() + " to " + set.folder());
                yield "";
            }
            case ApplyOutcome.Nothing _ -> "";
            case ApplyOutcome.Conflicted conflicted ->
                "; its changes were not applied, as " + set.folder() + " has changed: " + some(conflicted.conflicts());
        };
    }

    private static String some(List<Conflict> conflicts) {
        String some = String.join(
                ", ",
                conflicts.stream()
                        .limit(TOLD)
                        .map(conflict -> conflict.path().toString())
                        .toList());
        return conflicts.size() > TOLD ? some + " and " + (conflicts.size() - TOLD) + " more" : some;
    }

    private static List<RelativePath> pending(RecordedChangeSet set, Effect effect) {
        return set.pending().entrySet().stream()
                .filter(ruled -> ruled.getKey().effect() == effect)
                .flatMap(ruled -> ruled.getValue().stream())
                .toList();
    }

    private static Selection exactly(List<RelativePath> paths) {
        return new Selection(paths.stream().map(PathPattern::exactly).toList(), Map.of(), Map.of());
    }

    private void step(String message) {
        parts.events().append(task.id(), new EventBody.Step(message));
    }
}
