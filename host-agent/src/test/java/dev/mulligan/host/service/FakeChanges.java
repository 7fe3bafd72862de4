package dev.mulligan.host.service;

import dev.mulligan.host.Actor;
import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import dev.mulligan.host.TaskId;
import dev.mulligan.host.workspace.FolderManifest;
import dev.mulligan.host.workspace.RelativePath;
import dev.mulligan.host.workspace.UpperContent;
import dev.mulligan.host.workspace.UpperEntry;
import dev.mulligan.host.workspace.apply.ApplyOutcome;
import dev.mulligan.host.workspace.apply.JournalEntry;
import dev.mulligan.host.workspace.change.PathPattern;
import dev.mulligan.host.workspace.change.Selection;
import dev.mulligan.host.workspace.store.ChangeRules;
import dev.mulligan.host.workspace.store.ChangeSetId;
import dev.mulligan.host.workspace.store.ChangeSets;
import dev.mulligan.host.workspace.store.FileDiff;
import dev.mulligan.host.workspace.store.RecordedChangeSet;
import dev.mulligan.host.workspace.text.Merge;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/** Nobody wrote anything. */
final class FakeChanges implements ChangeSets {
    @Override
    public ChangeSetId record(
            TaskId task,
            Path folder,
            FolderManifest manifest,
            Iterator<? extends UpperEntry> entries,
            UpperContent content,
            ChangeRules rules,
            Actor actor) {
        throw new UnsupportedOperationException();
    }

    @Override
    public List<RecordedChangeSet> ofTask(TaskId task) {
        return List.of();
    }

    @Override
    public RecordedChangeSet get(ChangeSetId id) {
        throw unknown(id);
    }

    @Override
    public FileDiff diff(ChangeSetId id, RelativePath path) {
        throw unknown(id);
    }

    @Override
    public Optional<Merge> merge(ChangeSetId id, RelativePath path) {
        throw unknown(id);
    }

    @Override
    public InputStream content(ChangeSetId id, RelativePath path, Version version) {
        throw unknown(id);
    }

    @Override
    public ApplyOutcome apply(ChangeSetId id, Selection selection, Actor actor) {
        throw unknown(id);
    }

    @Override
    public List<RelativePath> reject(ChangeSetId id, Selection selection, Actor actor) {
        throw unknown(id);
    }

    @Override
    public List<JournalEntry> applies() {
        return List.of();
    }

    @Override
    public ApplyOutcome undo(long number, List<PathPattern> patterns, boolean force, Actor actor) {
        throw unknown(number);
    }

    @Override
    public void forget(ChangeSetId id, Actor actor) {
        throw unknown(id);
    }

    private static HostException unknown(Object id) {
        return HostException.of(HostErrorCode.UNKNOWN_CHANGES, "unknown change set")
                .value(id)
                .build();
    }

    @Override
    public void close() {}
}
