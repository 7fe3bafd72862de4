package dev.mulligan.host.service;

import dev.mulligan.host.workspace.RelativePath;
import dev.mulligan.host.workspace.change.Change;
import dev.mulligan.host.workspace.change.PathPattern;
import dev.mulligan.host.workspace.change.Selection;
import dev.mulligan.host.workspace.store.RecordedChangeSet;
import dev.mulligan.proto.host.v1.ChangeSelection;
import dev.mulligan.proto.host.v1.ChangeSelection.Pick;
import dev.mulligan.proto.host.v1.Resolution;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What a client chose of a task's changes. */
final class ChosenChanges {
    private final ChangeSelection message;
    private final List<PathPattern> patterns;

    ChosenChanges(ChangeSelection message) {
        this.message = message;
        this.patterns = message.getPathsList().stream().map(PathPattern::of).toList();
    }

    /** The same, if it has whole changes only; {@code INVALID_ARGUMENT} otherwise. */
    ChosenChanges whole() {
        boolean parts = message.getHunksCount() > 0
                || message.getPicksList().stream().anyMatch(pick -> pick.getHunksCount() > 0);
        if (parts || message.getResolutionsCount() > 0) {
            throw Field.invalid("selection", "hunks or resolutions", "paths only", "choose whole changes");
        }
        return this;
    }

    /** {@code NO_SUCH_FILE} for a path that chooses nothing that is pending in any of these. */
    void requireEach(List<RecordedChangeSet> sets) {
        List<Change> pending =
                sets.stream().flatMap(set -> set.undecided().stream()).toList();
        for (PathPattern pattern : patterns) {
            Selection alone = new Selection(List.of(pattern), Set.of(), Map.of(), Map.of());
            if (alone.from(pending).isEmpty()) {
                throw GrpcChanges.nothing(pattern.toString(), "one of the " + pending.size() + " pending changes");
            }
        }
        message.getPicksList().forEach(pick -> requirePending(pick, sets));
        Stream.concat(message.getHunksMap().keySet().stream(), message.getResolutionsMap().keySet().stream())
                .filter(path -> pending.stream()
                        .noneMatch(change -> change.path().toString().equals(path)))
                .findFirst()
                .ifPresent(path -> {
                    throw GrpcChanges.nothing(path, "the path of a pending change, as List gives it");
                });
    }

    private static void requirePending(Pick pick, List<RecordedChangeSet> sets) {
        boolean found = sets.stream()
                .filter(set -> set.id().value().equals(pick.getChangeSetId()))
                .flatMap(set -> set.undecided().stream())
                .anyMatch(change -> change.path().toString().equals(pick.getPath()));
        if (!found) {
            throw GrpcChanges.nothing(
                    pick.getPath() + " of change set " + pick.getChangeSetId(), "a pending change, as Diff gives it");
        }
    }

    /** Of one set; empty: nothing of it is chosen. */
    Optional<Selection> selection(RecordedChangeSet set) {
        Map<String, Set<Integer>> picks = picks(set);
        if (patterns.isEmpty() && picks.isEmpty() && message.getPicksCount() > 0) {
            return Optional.empty();
        }
        List<Change> pending = set.undecided();
        Set<RelativePath> exact = pending.stream()
                .map(Change::path)
                .filter(path -> picks.containsKey(path.toString()))
                .collect(Collectors.toSet());
        Selection selection = new Selection(patterns, exact, Map.of(), Map.of());
        for (Change change : pending) {
            RelativePath path = change.path();
            Set<Integer> picked = picks.getOrDefault(path.toString(), Set.of());
            if (!picked.isEmpty()) {
                selection = selection.withHunks(path, picked);
            }
            ChangeSelection.Hunks hunks = message.getHunksMap().get(path.toString());
            if (hunks != null) {
                selection = selection.withHunks(path, new HashSet<>(hunks.getNumbersList()));
            }
            Resolution resolution = message.getResolutionsMap().get(path.toString());
            if (resolution != null) {
                selection = selection.withResolution(path, resolution(resolution));
            }
        }
        return selection.from(pending).isEmpty() ? Optional.empty() : Optional.of(selection);
    }

    /** By path, the hunks of each. */
    private Map<String, Set<Integer>> picks(RecordedChangeSet set) {
        return message.getPicksList().stream()
                .filter(pick -> pick.getChangeSetId().equals(set.id().value()))
                .collect(Collectors.toMap(Pick::getPath, pick -> Set.copyOf(pick.getHunksList()), (_, last) -> last));
    }

    static Selection.Resolution resolution(Resolution message) {
        return switch (message) {
            case MERGE -> Selection.Resolution.MERGE;
            case OVERWRITE -> Selection.Resolution.OVERWRITE;
            case RESOLUTION_UNSPECIFIED, UNRECOGNIZED ->
                throw Field.invalid("selection.resolutions", message, "MERGE or OVERWRITE", "choose one");
        };
    }
}
