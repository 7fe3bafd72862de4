package dev.mulligan.host.service;

import dev.mulligan.host.workspace.RelativePath;
import dev.mulligan.host.workspace.change.Change;
import dev.mulligan.host.workspace.change.PathPattern;
import dev.mulligan.host.workspace.change.Selection;
import dev.mulligan.host.workspace.store.ChangeState;
import dev.mulligan.host.workspace.store.RecordedChange;
import dev.mulligan.host.workspace.store.RecordedChangeSet;
import dev.mulligan.proto.host.v1.ChangeSelection;
import dev.mulligan.proto.host.v1.Resolution;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
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
        if (message.getHunksCount() > 0 || message.getResolutionsCount() > 0) {
            throw Field.invalid("selection", "hunks or resolutions", "paths only", "choose whole changes");
        }
        return this;
    }

    static List<Change> pending(RecordedChangeSet set) {
        return set.changes().stream()
                .filter(change -> change.state() == ChangeState.PENDING)
                .map(RecordedChange::change)
                .toList();
    }

    /** {@code NO_SUCH_FILE} for a path that chooses nothing that is pending in any of these. */
    void requireEach(List<RecordedChangeSet> sets) {
        List<Change> pending =
                sets.stream().flatMap(set -> pending(set).stream()).toList();
        for (PathPattern pattern : patterns) {
            Selection alone = new Selection(List.of(pattern), Map.of(), Map.of());
            if (alone.from(pending).isEmpty()) {
                throw GrpcChanges.nothing(pattern.toString(), "one of the " + pending.size() + " pending changes");
            }
        }
        Stream.concat(message.getHunksMap().keySet().stream(), message.getResolutionsMap().keySet().stream())
                .filter(path -> pending.stream()
                        .noneMatch(change -> change.path().toString().equals(path)))
                .findFirst()
                .ifPresent(path -> {
                    throw GrpcChanges.nothing(path, "the path of a pending change, as List gives it");
                });
    }

    /** Of one set. */
    Selection selection(RecordedChangeSet set) {
        Selection selection = new Selection(patterns, Map.of(), Map.of());
        for (Change change : pending(set)) {
            RelativePath path = change.path();
            ChangeSelection.Hunks hunks = message.getHunksMap().get(path.toString());
            if (hunks != null) {
                selection = selection.withHunks(path, new HashSet<>(hunks.getNumbersList()));
            }
            Resolution resolution = message.getResolutionsMap().get(path.toString());
            if (resolution != null) {
                selection = selection.withResolution(path, resolution(resolution));
            }
        }
        return selection;
    }

    private static Selection.Resolution resolution(Resolution message) {
        return switch (message) {
            case MERGE -> Selection.Resolution.MERGE;
            case OVERWRITE -> Selection.Resolution.OVERWRITE;
            case RESOLUTION_UNSPECIFIED, UNRECOGNIZED ->
                throw Field.invalid("selection.resolutions", message, "MERGE or OVERWRITE", "choose one");
        };
    }
}
