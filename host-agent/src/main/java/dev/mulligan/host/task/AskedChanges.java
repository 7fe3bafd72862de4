package dev.mulligan.host.task;

import dev.mulligan.host.Actor;
import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import dev.mulligan.host.TaskId;
import dev.mulligan.host.approval.Answer;
import dev.mulligan.host.approval.ChangeAnswers;
import dev.mulligan.host.approval.ChangesQuestion;
import dev.mulligan.host.scope.Ruling;
import dev.mulligan.host.workspace.RelativePath;
import dev.mulligan.host.workspace.apply.ApplyOutcome;
import dev.mulligan.host.workspace.change.Change;
import dev.mulligan.host.workspace.change.PathPattern;
import dev.mulligan.host.workspace.change.Selection;
import dev.mulligan.host.workspace.store.ChangeSets;
import dev.mulligan.host.workspace.store.RecordedChangeSet;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** Changes about which a rule asks: put as a question, and dealt with as it is answered. */
public final class AskedChanges implements ChangeAnswers {
    private final ChangeSets changes;

    public AskedChanges(ChangeSets changes) {
        this.changes = changes;
    }

    /** About those that are pending. */
    static ChangesQuestion question(RecordedChangeSet set, Ruling ruling) {
        List<Change> asked = set.pending(ruling);
        int created = 0;
        int modified = 0;
        int deleted = 0;
        int renamed = 0;
        for (Change change : asked) {
            switch (change) {
                case Change.Created _ -> created++;
                case Change.Modified _ -> modified++;
                case Change.Deleted _ -> deleted++;
                case Change.Renamed _ -> renamed++;
            }
        }
        return new ChangesQuestion(
                set.task(),
                set.id(),
                set.folder(),
                ruling.rule(),
                ruling.reason(),
                created,
                modified,
                deleted,
                renamed,
                RecordedChangeSet.digest(asked));
    }

    @Override
    public boolean isPending(ChangesQuestion question) {
        return !pending(question).isEmpty();
    }

    /** Empty also if the set is forgotten. */
    private List<Change> pending(ChangesQuestion question) {
        try {
            return changes.get(question.changeSet()).pending(question.ruling());
        } catch (HostException forgotten) {
            if (forgotten.code() != HostErrorCode.UNKNOWN_CHANGES) {
                throw forgotten;
            }
            return List.of();
        }
    }

    @Override
    public void require(ChangesQuestion question, Answer.Narrow narrow) {
        List<Change> pending = pending(question);
        for (String path : narrow.paths()) {
            requireSome(path, !matching(pending, List.of(path), Set.of()).isEmpty(), question, pending.size());
        }
        Set<String> named = Set.copyOf(
                pending.stream().map(change -> change.path().toString()).toList());
        Stream.of(narrow.exact(), narrow.hunks().keySet(), narrow.resolutions().keySet())
                .flatMap(Collection::stream)
                .forEach(path -> requireSome(path, named.contains(path), question, pending.size()));
    }

    private static void requireSome(String path, boolean some, ChangesQuestion question, int pending) {
        if (!some) {
            throw HostException.of(HostErrorCode.NO_SUCH_FILE, "path that chooses nothing that is asked about")
                    .value(path)
                    .expected("one of the " + pending + " undecided changes of this approval in " + question.folder())
                    .remedy("other changes: mulligan changes " + question.task())
                    .build();
        }
    }

    @Override
    public void carryOut(ChangesQuestion question, Answer answer, Actor actor) {
        List<Change> pending = pending(question);
        switch (answer) {
            case Answer.Allow _ -> {
                if (!pending.isEmpty()) {
                    apply(question, exactly(pending), actor);
                }
            }
            case Answer.Narrow narrow -> {
                List<Change> chosen = matching(pending, narrow.paths(), Set.copyOf(narrow.exact()));
                if (!chosen.isEmpty()) {
                    apply(question, chosen(chosen, narrow), actor);
                }
            }
            case Answer.Deny _ -> {
                if (!pending.isEmpty()) {
                    var _ = changes.reject(question.changeSet(), exactly(pending), actor);
                }
            }
            case Answer.Expired _, Answer.Withdrawn _ -> {}
            case Answer.Edit edit -> throw new IllegalArgumentException("answer: " + edit + " (expected: of changes)");
        }
    }

    private void apply(ChangesQuestion question, Selection selection, Actor actor) {
        if (changes.apply(question.changeSet(), selection, actor) instanceof ApplyOutcome.Conflicted conflicted) {
            throw HostException.of(HostErrorCode.FILE_CONFLICT, question.folder() + " has changed")
                    .value(Conflicts.text(conflicted.conflicts()))
                    .expected("files as the task saw them; nothing was applied")
                    .remedy(remedy(question.task()))
                    .build();
        }
    }

    private static String remedy(TaskId task) {
        return "look: mulligan changes " + task + " --diff; then allow others by their paths, or mulligan apply " + task
                + " --merge PATH (or --overwrite PATH)";
    }

    private static Selection exactly(List<Change> chosen) {
        return Selection.exactly(chosen.stream().map(Change::path).toList());
    }

    private static Selection chosen(List<Change> chosen, Answer.Narrow narrow) {
        Selection selection = exactly(chosen);
        for (Change change : chosen) {
            RelativePath path = change.path();
            Selection.Hunks hunks = narrow.hunks().get(path.toString());
            if (hunks != null) {
                selection = selection.withHunks(path, hunks);
            }
            Selection.Resolution resolution = narrow.resolutions().get(path.toString());
            if (resolution != null) {
                selection = selection.withResolution(path, resolution);
            }
        }
        return selection;
    }

    private static List<Change> matching(List<Change> pending, List<String> paths, Set<String> exact) {
        List<PathPattern> patterns = paths.stream().map(PathPattern::of).toList();
        return pending.stream()
                .filter(change -> (patterns.isEmpty() && exact.isEmpty())
                        || exact.contains(change.path().toString())
                        || patterns.stream().anyMatch(pattern -> pattern.matches(change)))
                .toList();
    }
}
