package dev.mulligan.host.workspace.store;

import dev.mulligan.host.Actor;
import dev.mulligan.host.TaskId;
import dev.mulligan.host.workspace.FolderManifest;
import dev.mulligan.host.workspace.RelativePath;
import dev.mulligan.host.workspace.UpperContent;
import dev.mulligan.host.workspace.UpperEntry;
import dev.mulligan.host.workspace.apply.ApplyOutcome;
import dev.mulligan.host.workspace.apply.JournalEntry;
import dev.mulligan.host.workspace.change.PathPattern;
import dev.mulligan.host.workspace.change.Selection;
import dev.mulligan.host.workspace.text.Merge;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/**
 * The door: what tasks did to granted folders, and the only way by which it reaches them.
 *
 * <p>Safe for use by several threads; blocking. What changes folders is done one after the other, whatever folder.
 * Everything is written to the record before it happens. Errors are {@link dev.mulligan.host.HostException}s.
 */
public interface ChangeSets extends AutoCloseable {
    /**
     * Takes a change set over from a guest, with all content, so that it outlives the sandbox.
     *
     * @param folder absolute path on the host
     * @param entries of the upper layer, in any order; read once
     * @param rules asked once about each change; what they say is recorded with it, and done by whoever calls this
     * @throws dev.mulligan.host.HostException {@code CHANGES_LIMIT}; {@code GUEST_MISBEHAVED} if the guest contradicts
     *     itself; nothing is kept then
     */
    ChangeSetId record(
            TaskId task,
            Path folder,
            FolderManifest manifest,
            Iterator<? extends UpperEntry> entries,
            UpperContent content,
            ChangeRules rules,
            Actor actor);

    /** Those of a task, the oldest first. */
    List<RecordedChangeSet> ofTask(TaskId task);

    /** One of them; {@code UNKNOWN_CHANGES}. */
    RecordedChangeSet get(ChangeSetId id);

    /** How one of its changes looks; {@code NO_SUCH_FILE} if there is none at that path. */
    FileDiff diff(ChangeSetId id, RelativePath path);

    /**
     * What comes of the task's text and the one that is in the folder now; empty if it was never a text on both sides,
     * or it is not known any more what both began with.
     */
    Optional<Merge> merge(ChangeSetId id, RelativePath path);

    /**
     * The content of a changed file, as the task left it or as it was packed; to be closed. {@code NO_SUCH_FILE} if that
     * is no file, or is not kept: of what was packed only texts are, and what the folder still has.
     */
    InputStream content(ChangeSetId id, RelativePath path, Version version);

    /** Of two that a changed file has. */
    enum Version {
        /** As it was packed. */
        PACKED,
        /** As the task left it. */
        TASK
    }

    /** Carries chosen changes that are pending to the folder, all or nothing. */
    default ApplyOutcome apply(ChangeSetId id, Selection selection, Actor actor) {
        return apply(List.of(new Choice(id, selection)), actor).getFirst();
    }

    /**
     * The same of several change sets, which is one: all folders get what is chosen, or none, whatever happens.
     *
     * @return what came of each, in their order
     */
    List<ApplyOutcome> apply(List<Choice> choices, Actor actor);

    /** What is chosen of a change set. */
    record Choice(ChangeSetId set, Selection selection) {}

    /** Decides that chosen changes that are pending stay away, and returns their paths. */
    List<RelativePath> reject(ChangeSetId id, Selection selection, Actor actor);

    /** What can be undone, the oldest first; undoing itself is among it. */
    List<JournalEntry> applies();

    /**
     * Takes an apply back, or an undo: all of it that has not been taken back yet, or the paths that match.
     *
     * @param force also where the folder was edited since
     * @throws dev.mulligan.host.HostException {@code UNKNOWN_CHANGES} if it is not in the journal any more
     */
    ApplyOutcome undo(long number, List<PathPattern> patterns, boolean force, Actor actor);

    /** Forgets a change set, decided or not. What was applied can still be undone. */
    void forget(ChangeSetId id, Actor actor);

    @Override
    void close();
}
