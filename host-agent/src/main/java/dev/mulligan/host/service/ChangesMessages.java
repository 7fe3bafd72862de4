package dev.mulligan.host.service;

import com.google.protobuf.ByteString;
import dev.mulligan.host.workspace.RelativePath;
import dev.mulligan.host.workspace.apply.ApplyOutcome;
import dev.mulligan.host.workspace.change.Change;
import dev.mulligan.host.workspace.change.PathPattern;
import dev.mulligan.host.workspace.change.Selection;
import dev.mulligan.host.workspace.store.ChangeSetId;
import dev.mulligan.host.workspace.store.ChangeSets;
import dev.mulligan.host.workspace.store.FileDiff;
import dev.mulligan.host.workspace.store.RecordedChange;
import dev.mulligan.host.workspace.store.RecordedChangeSet;
import dev.mulligan.host.workspace.text.Merge;
import dev.mulligan.proto.host.v1.ApplyChangesResponse;
import dev.mulligan.proto.host.v1.ChangeSelection;
import dev.mulligan.proto.host.v1.ChangeSet;
import dev.mulligan.proto.host.v1.Conflict;
import dev.mulligan.proto.host.v1.DiffChangesResponse;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Change sets: messages and values. */
final class ChangesMessages {
    private ChangesMessages() {}

    static ChangeSet message(RecordedChangeSet set) {
        ChangeSet.Builder message = ChangeSet.newBuilder()
                .setId(set.id().value())
                .setTaskId(set.task().value())
                .setFolder(set.folder().toString())
                .setRecorded(Times.timestamp(set.recorded()));
        set.changes().forEach(change -> message.addChanges(message(change)));
        set.refusals()
                .forEach(refusal -> message.addRefused(ChangeSet.Refused.newBuilder()
                        .setPath(refusal.path().toString())
                        .setReason(refusal.reason())));
        return message.build();
    }

    private static dev.mulligan.proto.host.v1.Change.Builder message(RecordedChange recorded) {
        Change change = recorded.change();
        return dev.mulligan.proto.host.v1.Change.newBuilder()
                .setPath(change.path().toString())
                .setKind(change.kind())
                .setState(recorded.state().name().toLowerCase(Locale.ROOT))
                .setFrom(
                        change instanceof Change.Renamed renamed
                                ? renamed.from().toString()
                                : "")
                .setLookalike(recorded.lookalike().map(RelativePath::toString).orElse(""));
    }

    static DiffChangesResponse message(RecordedChangeSet set, RecordedChange change, FileDiff diff) {
        DiffChangesResponse.Builder message = DiffChangesResponse.newBuilder()
                .setChangeSetId(set.id().value())
                .setChange(message(change).setSummary(diff.summary()));
        diff.text()
                .ifPresent(text -> text.hunks()
                        .forEach(hunk -> message.addHunks(DiffChangesResponse.Hunk.newBuilder()
                                .setNumber(hunk.number())
                                .setText(ByteString.copyFromUtf8(hunk.text())))));
        return message.build();
    }

    static Selection selection(ChangeSelection message) {
        Selection selection = new Selection(
                message.getPathsList().stream().map(PathPattern::of).toList(), Map.of(), Map.of());
        for (Map.Entry<String, ChangeSelection.Hunks> hunks :
                message.getHunksMap().entrySet()) {
            Set<Integer> numbers = new HashSet<>(hunks.getValue().getNumbersList());
            selection = selection.withHunks(RelativePath.of(hunks.getKey()), numbers);
        }
        for (Map.Entry<String, dev.mulligan.proto.host.v1.Resolution> resolution :
                message.getResolutionsMap().entrySet()) {
            selection = selection.withResolution(
                    RelativePath.of(resolution.getKey()),
                    switch (resolution.getValue()) {
                        case MERGE -> Selection.Resolution.MERGE;
                        case OVERWRITE -> Selection.Resolution.OVERWRITE;
                        case RESOLUTION_UNSPECIFIED, UNRECOGNIZED ->
                            throw Field.invalid(
                                    "selection.resolutions", resolution.getValue(), "MERGE or OVERWRITE", "");
                    });
        }
        return selection;
    }

    static ApplyChangesResponse.Outcome message(String set, Path folder, ApplyOutcome outcome, ChangeSets changes) {
        ApplyChangesResponse.Outcome.Builder message =
                ApplyChangesResponse.Outcome.newBuilder().setChangeSetId(set).setFolder(folder.toString());
        switch (outcome) {
            case ApplyOutcome.Applied applied -> {
                message.setNumber(applied.number());
                applied.steps().forEach(step -> message.addApplied(step.path().toString()));
            }
            case ApplyOutcome.Nothing _ -> {}
            case ApplyOutcome.Conflicted conflicted ->
                conflicted
                        .conflicts()
                        .forEach(conflict -> message.addConflicts(Conflict.newBuilder()
                                .setPath(conflict.path().toString())
                                .setReason(conflict.reason())
                                .setMergeable(isMergeable(set, conflict.path(), changes))));
        }
        return message.build();
    }

    private static boolean isMergeable(String set, RelativePath path, ChangeSets changes) {
        return !set.isEmpty()
                && changes.merge(new ChangeSetId(set), path)
                        .filter(Merge::isClean)
                        .isPresent();
    }
}
