package dev.mulligan.host.service;

import dev.mulligan.host.workspace.RelativePath;
import dev.mulligan.host.workspace.Sha256;
import dev.mulligan.host.workspace.change.Change;
import dev.mulligan.host.workspace.change.PathPattern;
import dev.mulligan.host.workspace.change.Selection;
import dev.mulligan.host.workspace.store.RecordedChangeSet;
import dev.mulligan.proto.host.v1.ChangeSelection;
import dev.mulligan.proto.host.v1.ChangeSelection.Pick;
import dev.mulligan.proto.host.v1.Resolution;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

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
        boolean parts = message.getPicksList().stream().anyMatch(pick -> pick.getHunksCount() > 0);
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
        message.getResolutionsMap().keySet().stream()
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
        Map<String, Pick> picks = picks(set);
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
            Optional<Selection.Hunks> hunks =
                    Optional.ofNullable(picks.get(path.toString())).flatMap(ChosenChanges::hunks);
            if (hunks.isPresent()) {
                selection = selection.withHunks(path, hunks.get());
            }
            Resolution resolution = message.getResolutionsMap().get(path.toString());
            if (resolution != null) {
                selection = selection.withResolution(path, resolution(resolution));
            }
        }
        return selection.from(pending).isEmpty() ? Optional.empty() : Optional.of(selection);
    }

    /** By path. */
    private Map<String, Pick> picks(RecordedChangeSet set) {
        return message.getPicksList().stream()
                .filter(pick -> pick.getChangeSetId().equals(set.id().value()))
                .collect(Collectors.toMap(Pick::getPath, Function.identity(), (_, last) -> last));
    }

    /** Empty: it is picked whole. */
    static Optional<Selection.Hunks> hunks(Pick pick) {
        if (pick.getHunksCount() == 0) {
            return Optional.empty();
        }
        try {
            return Optional.of(new Selection.Hunks(Set.copyOf(pick.getHunksList()), Sha256.ofHex(pick.getSeen())));
        } catch (IllegalArgumentException noDigest) {
            throw Field.invalid(
                    "selection.picks.seen",
                    pick.getSeen(),
                    "64 hex digits, with hunks",
                    "give the change's digest, from Diff");
        }
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
