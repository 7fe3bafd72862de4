package dev.mulligan.host.task;

import dev.mulligan.host.HostException;
import dev.mulligan.host.scope.Effect;
import dev.mulligan.host.scope.Limits;
import dev.mulligan.host.workspace.RelativePath;
import dev.mulligan.host.workspace.apply.ApplyOutcome;
import dev.mulligan.host.workspace.change.Selection;
import dev.mulligan.host.workspace.store.ChangeSets;
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
        sets().forEach(this::reject);
        String note;
        try {
            note = applyAllowed();
        } catch (HostException failure) {
            note = failed.apply("its changes could not be applied", failure);
        }
        // As they are now: new directories of which no rule speaks came along with what was applied.
        sets().forEach(this::ask);
        return note;
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

    /** To all folders, or to none: what one task wrote belongs together. */
    private String applyAllowed() {
        List<RecordedChangeSet> sets = sets().stream()
                .filter(set -> !pending(set, Effect.ALLOW).isEmpty())
                .toList();
        if (sets.isEmpty()) {
            return "";
        }
        List<ApplyOutcome> outcomes = parts.changes()
                .apply(
                        sets.stream()
                                .map(set ->
                                        new ChangeSets.Choice(set.id(), Selection.exactly(pending(set, Effect.ALLOW))))
                                .toList(),
                        task.actor());
        StringBuilder note = new StringBuilder();
        for (int number = 0; number < sets.size(); number++) {
            note.append(told(sets.get(number), outcomes.get(number)));
        }
        return note.toString();
    }

    private String told(RecordedChangeSet set, ApplyOutcome outcome) {
        return switch (outcome) {
            case ApplyOutcome.Applied _ -> {
                step("applied " + pending(set, Effect.ALLOW).size() + " to " + set.folder());
                yield "";
            }
            case ApplyOutcome.Nothing _ -> "";
            case ApplyOutcome.HeldBack _ -> {
                step("nothing was applied to " + set.folder() + ", as another folder has changed");
                yield "";
            }
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
