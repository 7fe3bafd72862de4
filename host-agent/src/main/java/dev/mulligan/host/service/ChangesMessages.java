package dev.mulligan.host.service;

import com.google.protobuf.ByteString;
import dev.mulligan.host.HostException;
import dev.mulligan.host.workspace.FolderEntry;
import dev.mulligan.host.workspace.LinkTarget;
import dev.mulligan.host.workspace.RelativePath;
import dev.mulligan.host.workspace.apply.ApplyOutcome;
import dev.mulligan.host.workspace.apply.JournalEntry;
import dev.mulligan.host.workspace.change.Change;
import dev.mulligan.host.workspace.change.Selection;
import dev.mulligan.host.workspace.store.FileDiff;
import dev.mulligan.host.workspace.store.RecordedChange;
import dev.mulligan.host.workspace.store.RecordedChangeSet;
import dev.mulligan.host.workspace.text.Hunk;
import dev.mulligan.host.workspace.text.TextDiff;
import dev.mulligan.proto.host.v1.ApplyChangesResponse;
import dev.mulligan.proto.host.v1.Change.Entry;
import dev.mulligan.proto.host.v1.ChangeSet;
import dev.mulligan.proto.host.v1.Conflict;
import dev.mulligan.proto.host.v1.DiffChangesResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** Change sets as messages. */
final class ChangesMessages {
    /** Of one message. */
    private static final int MOST = 1000;
    /** Of all hunks of one change, in characters. */
    private static final int LARGEST_DIFF = 2 << 20;

    private ChangesMessages() {}

    static <T> List<T> first(List<T> all) {
        return all.subList(0, Math.min(MOST, all.size()));
    }

    /** At least one, each with no more changes than fit. */
    static List<ChangeSet> parts(RecordedChangeSet set) {
        List<ChangeSet> parts = new ArrayList<>();
        ChangeSet.Builder part = head(set);
        for (RecordedChange change : set.changes()) {
            if (part.getChangesCount() == MOST) {
                parts.add(part.build());
                part = head(set);
            }
            part.addChanges(message(change).setSummary(FileDiff.summary(change.change())));
        }
        for (var refusal : set.refusals()) {
            if (part.getRefusedCount() == MOST) {
                parts.add(part.build());
                part = head(set);
            }
            part.addRefused(ChangeSet.Refused.newBuilder()
                    .setPath(refusal.path().toString())
                    .setReason(refusal.reason()));
        }
        parts.add(part.build());
        return parts;
    }

    private static ChangeSet.Builder head(RecordedChangeSet set) {
        return ChangeSet.newBuilder()
                .setId(set.id().value())
                .setTaskId(set.task().value())
                .setFolder(set.folder().toString())
                .setRecorded(Times.timestamp(set.recorded()));
    }

    private static dev.mulligan.proto.host.v1.Change.Builder message(RecordedChange recorded) {
        Change change = recorded.change();
        dev.mulligan.proto.host.v1.Change.Builder message = dev.mulligan.proto.host.v1.Change.newBuilder()
                .setPath(change.path().toString())
                .setKind(
                        switch (change) {
                            case Change.Created _ -> dev.mulligan.proto.host.v1.Change.Kind.CREATE;
                            case Change.Modified _ -> dev.mulligan.proto.host.v1.Change.Kind.MODIFY;
                            case Change.Deleted _ -> dev.mulligan.proto.host.v1.Change.Kind.DELETE;
                            case Change.Renamed _ -> dev.mulligan.proto.host.v1.Change.Kind.RENAME;
                        })
                .setState(
                        switch (recorded.state()) {
                            case PENDING -> dev.mulligan.proto.host.v1.Change.State.PENDING;
                            case APPLIED -> dev.mulligan.proto.host.v1.Change.State.APPLIED;
                            case REJECTED -> dev.mulligan.proto.host.v1.Change.State.REJECTED;
                        })
                .setFrom(
                        change instanceof Change.Renamed renamed
                                ? renamed.from().toString()
                                : "")
                .setLookalike(recorded.lookalike().map(RelativePath::toString).orElse(""))
                .setDecision(recorded.ruling().effect().label())
                .setRule(recorded.ruling().rule())
                .setWhy(recorded.ruling().reason());
        change.before().ifPresent(entry -> message.setBefore(message(entry)));
        change.after().ifPresent(entry -> message.setAfter(message(entry)));
        return message;
    }

    private static Entry message(FolderEntry entry) {
        return switch (entry) {
            case FolderEntry.File file ->
                Entry.newBuilder()
                        .setType(Entry.Type.FILE)
                        .setMode(file.mode())
                        .setSize(file.size())
                        .setSha256(file.digest().hex())
                        .build();
            case FolderEntry.Directory directory ->
                Entry.newBuilder()
                        .setType(Entry.Type.DIRECTORY)
                        .setMode(directory.mode())
                        .build();
            case FolderEntry.Link(LinkTarget target) ->
                Entry.newBuilder()
                        .setType(Entry.Type.LINK)
                        .setTarget(target.toString())
                        .build();
        };
    }

    static DiffChangesResponse message(RecordedChangeSet set, RecordedChange change, FileDiff diff) {
        DiffChangesResponse.Builder message = DiffChangesResponse.newBuilder()
                .setChangeSetId(set.id().value())
                .setChange(message(change)
                        .setSummary(diff.summary())
                        .setDigest(RecordedChangeSet.digest(diff.change()).hex()));
        List<Hunk> all = diff.text().map(TextDiff::hunks).orElse(List.of());
        List<Hunk> shown = shown(all);
        message.setFolder(set.folder().toString()).setLeftOut(all.size() - shown.size());
        diff.modeHunk()
                .ifPresent(mode -> message.addHunks(DiffChangesResponse.Hunk.newBuilder()
                        .setNumber(Selection.Hunks.MODE)
                        .setText(ByteString.copyFromUtf8("@@ " + mode + "\n"))));
        shown.forEach(hunk -> message.addHunks(DiffChangesResponse.Hunk.newBuilder()
                .setNumber(hunk.number())
                .setText(ByteString.copyFromUtf8(hunk.text()))));
        return message.build();
    }

    private static List<Hunk> shown(List<Hunk> hunks) {
        long length = hunks.stream().mapToLong(hunk -> hunk.text().length()).sum();
        return length > LARGEST_DIFF ? List.of() : hunks;
    }

    /** @param mergeable whether a conflict at that path could be merged */
    static ApplyChangesResponse.Outcome message(
            String set, Path folder, ApplyOutcome outcome, Predicate<RelativePath> mergeable) {
        ApplyChangesResponse.Outcome.Builder message =
                ApplyChangesResponse.Outcome.newBuilder().setChangeSetId(set).setFolder(folder.toString());
        switch (outcome) {
            case ApplyOutcome.Applied applied -> {
                message.setCount(applied.steps().size());
                first(applied.steps())
                        .forEach(step -> message.addPaths(step.path().toString()));
            }
            case ApplyOutcome.Nothing _ -> {}
            case ApplyOutcome.HeldBack _ -> message.setHeldBack(true);
            case ApplyOutcome.Conflicted conflicted ->
                first(conflicted.conflicts())
                        .forEach(conflict -> message.addConflicts(Conflict.newBuilder()
                                .setPath(conflict.path().toString())
                                .setReason(conflict.reason())
                                .setMergeable(mergeable.test(conflict.path()))));
        }
        return message.build();
    }

    /** Of an apply that could not be taken back after others were. */
    static ApplyChangesResponse.Outcome failed(JournalEntry entry, HostException failure) {
        return ApplyChangesResponse.Outcome.newBuilder()
                .setChangeSetId(entry.changeSet().orElse(""))
                .setFolder(entry.folder().toString())
                .setFailure(String.valueOf(failure.getMessage()))
                .build();
    }
}
