package dev.mulligan.host.task;

import dev.mulligan.host.HostException;
import dev.mulligan.host.scope.Effect;
import dev.mulligan.host.workspace.RelativePath;
import dev.mulligan.host.workspace.apply.ApplyOutcome;
import dev.mulligan.host.workspace.change.Change;
import dev.mulligan.host.workspace.change.Selection;
import dev.mulligan.host.workspace.store.ChangeSets;
import dev.mulligan.host.workspace.store.RecordedChangeSet;
import java.util.List;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.stream.Collectors;

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
        // As they are now: new directories of what was applied came along, whatever the scope says about them.
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
                        .ask(AskedChanges.question(set, ruling))
                        .ifPresent(approval -> step(paths.size() + (paths.size() == 1 ? " change of " : " changes of ")
                                + set.folder() + " for you to decide: mulligan approvals show " + approval.id()));
            }
        });
    }

    /** To all folders, or to none: what one task wrote belongs together. */
    private String applyAllowed() {
        List<RecordedChangeSet> sets =
                sets().stream().filter(set -> !allowed(set).isEmpty()).toList();
        if (sets.isEmpty()) {
            return "";
        }
        List<ApplyOutcome> outcomes = parts.changes()
                .apply(
                        sets.stream()
                                .map(set -> new ChangeSets.Choice(set.id(), Selection.exactly(allowed(set))))
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
                step("applied " + allowed(set).size() + " to " + set.folder());
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

    /** Without what lies in a directory that takes the place of something, about which the scope does not say the same. */
    private static List<RelativePath> allowed(RecordedChangeSet set) {
        List<RelativePath> allowed = pending(set, Effect.ALLOW);
        Set<RelativePath> barred = set.changes().stream()
                .filter(one ->
                        one.change() instanceof Change.Modified && one.ruling().effect() != Effect.ALLOW)
                .map(one -> one.change().path())
                .collect(Collectors.toSet());
        return allowed.stream()
                .filter(path -> path.ancestors().stream().noneMatch(barred::contains))
                .toList();
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
