package dev.mulligan.host.task;

import dev.mulligan.host.audit.AuditEvent;
import dev.mulligan.host.scope.ChangeFacts;
import dev.mulligan.host.scope.Effect;
import dev.mulligan.host.scope.ResolvedScope;
import dev.mulligan.host.scope.Ruling;
import dev.mulligan.host.workspace.FolderEntry;
import dev.mulligan.host.workspace.RelativePath;
import dev.mulligan.host.workspace.apply.ApplyOutcome;
import dev.mulligan.host.workspace.change.Change;
import dev.mulligan.host.workspace.change.PathPattern;
import dev.mulligan.host.workspace.change.Selection;
import dev.mulligan.host.workspace.store.RecordedChange;
import dev.mulligan.host.workspace.store.RecordedChangeSet;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What the scope says about each change of a set, and what then comes of it: what is allowed is applied, what is denied
 * is rejected, and what a person is asked about waits for {@code mulligan apply}.
 */
final class ChangeDecisions {
    private final Task task;
    private final ResolvedScope scope;
    private final TaskParts parts;

    ChangeDecisions(Task task, ResolvedScope scope, TaskParts parts) {
        this.task = task;
        this.scope = scope;
        this.parts = parts;
    }

    /** Records what was decided, by rule, and then does it. */
    void decide(RecordedChangeSet set) {
        Map<Ruling, List<RelativePath>> rulings = new LinkedHashMap<>();
        for (RecordedChange recorded : set.changes()) {
            Ruling ruling = scope.decide(facts(set, recorded.change()));
            rulings.computeIfAbsent(new Ruling(ruling.effect(), ruling.rule(), ruling.reason()), _ -> new ArrayList<>())
                    .add(recorded.change().path());
        }
        rulings.forEach((ruling, paths) -> record(set, ruling, paths));
        List<RelativePath> denied = of(rulings, Effect.DENY);
        if (!denied.isEmpty()) {
            var _ = parts.changes().reject(set.id(), selection(denied), task.actor());
        }
        List<RelativePath> allowed = of(rulings, Effect.ALLOW);
        if (!allowed.isEmpty()) {
            tell(parts.changes().apply(set.id(), selection(allowed), task.actor()));
        }
        int asked = of(rulings, Effect.ASK).size();
        if (asked > 0) {
            step(asked + (asked == 1 ? " change waits" : " changes wait") + " for you: mulligan changes " + task.id());
        }
    }

    private void record(RecordedChangeSet set, Ruling ruling, List<RelativePath> paths) {
        parts.audit()
                .append(AuditEvent.of("changes.decided", task.actor())
                        .withTask(task.id())
                        .withDecision("", ruling.effect().label(), ruling.rule())
                        .withDetails(Map.of(
                                "changes",
                                set.id().toString(),
                                "count",
                                Integer.toString(paths.size()),
                                "paths",
                                paths.stream().map(RelativePath::toString).collect(Collectors.joining(", ")))));
    }

    private void tell(ApplyOutcome outcome) {
        switch (outcome) {
            case ApplyOutcome.Applied applied ->
                step("applied " + applied.steps().size() + "; take back: mulligan undo " + task.id());
            case ApplyOutcome.Nothing _ -> {}
            case ApplyOutcome.Conflicted conflicted ->
                step("not applied, as the folder has changed: " + conflicted.conflicts().getFirst().path() + ", "
                        + conflicted.conflicts().getFirst().reason() + "; see mulligan changes " + task.id());
        }
    }

    private static List<RelativePath> of(Map<Ruling, List<RelativePath>> rulings, Effect effect) {
        return rulings.entrySet().stream()
                .filter(ruling -> ruling.getKey().effect() == effect)
                .flatMap(ruling -> ruling.getValue().stream())
                .toList();
    }

    private static Selection selection(List<RelativePath> paths) {
        return new Selection(paths.stream().map(PathPattern::exactly).toList(), Map.of(), Map.of());
    }

    private static ChangeFacts facts(RecordedChangeSet set, Change change) {
        String folder = set.folder().toString();
        String from = change instanceof Change.Renamed renamed ? folder + "/" + renamed.from() : "";
        FolderEntry entry = change.after().or(change::before).orElseThrow();
        boolean there = change.after().isPresent();
        return new ChangeFacts(
                ChangeFacts.Kind.valueOf(change.kind().toUpperCase(Locale.ROOT)),
                folder + "/" + change.path(),
                from,
                switch (entry) {
                    case FolderEntry.File _ -> ChangeFacts.Type.FILE;
                    case FolderEntry.Directory _ -> ChangeFacts.Type.DIRECTORY;
                    case FolderEntry.Link _ -> ChangeFacts.Type.LINK;
                },
                there && entry instanceof FolderEntry.File file ? file.size() : 0,
                switch (entry) {
                    case FolderEntry.File file -> there ? file.mode() : 0;
                    case FolderEntry.Directory directory -> there ? directory.mode() : 0;
                    case FolderEntry.Link _ -> 0;
                });
    }

    private void step(String message) {
        parts.events().append(task.id(), new EventBody.Step(message));
    }
}
