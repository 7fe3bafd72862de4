package dev.mulligan.host.workspace.store;

import dev.mulligan.host.Actor;
import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import dev.mulligan.host.store.Store;
import dev.mulligan.host.workspace.RelativePath;
import dev.mulligan.host.workspace.apply.JournalEntry;
import dev.mulligan.host.workspace.apply.Order;
import dev.mulligan.host.workspace.apply.PathState;
import dev.mulligan.host.workspace.apply.Step;
import dev.mulligan.host.workspace.apply.UndoJournal;
import dev.mulligan.host.workspace.apply.Wish;
import dev.mulligan.host.workspace.change.PathPattern;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** Turns what was done around. */
final class UndoOrders {
    private final Store store;
    private final UndoJournal journal;

    UndoOrders(Store store, UndoJournal journal) {
        this.store = store;
        this.journal = journal;
    }

    /** Takes back what is still in force of an apply, where it matches. */
    Order takingBack(long number, List<PathPattern> patterns, boolean force, Actor actor) {
        JournalEntry entry = journal.entry(number);
        List<Step> steps = chosen(journal.stepsInForce(number), patterns);
        List<Wish> wishes = new ArrayList<>();
        List<RelativePath> paths = new ArrayList<>();
        for (Step step : steps) {
            wishes.add(new Wish.Back(step.path(), step.after(), step.before(), force));
            paths.add(step.path());
        }
        boolean again = isUndo(entry);
        if (again) {
            requireNoneRejected(entry, Set.copyOf(paths));
        }
        return new Order(
                entry.folder(),
                entry.task(),
                actor,
                "undo",
                entry.changeSet(),
                Optional.of(number),
                wishes,
                entry.times(),
                handle -> {
                    entry.changeSet().map(ChangeSetId::new).ifPresent(set -> {
                        if (again) {
                            ChangeRows.redo(handle, set, paths);
                        } else {
                            ChangeRows.undo(handle, set, paths);
                        }
                    });
                    return paths.size();
                });
    }

    /** What was rejected since cannot be applied, in no way. */
    private void requireNoneRejected(JournalEntry entry, Set<RelativePath> paths) {
        entry.changeSet()
                .flatMap(set -> store.read(handle -> ChangeRows.rejected(handle, new ChangeSetId(set))).stream()
                        .filter(paths::contains)
                        .findFirst())
                .ifPresent(path -> {
                    throw HostException.of(HostErrorCode.FILE_CONFLICT, "change that was rejected since it was undone")
                            .value(path)
                            .expected("one that is pending")
                            .remedy("redo other paths; what was rejected stays away")
                            .build();
                });
    }

    /** With the directories that what comes back needs. */
    private static List<Step> chosen(List<Step> steps, List<PathPattern> patterns) {
        if (patterns.isEmpty()) {
            return steps;
        }
        Map<RelativePath, Step> all = new HashMap<>();
        steps.forEach(step -> all.put(step.path(), step));
        SortedMap<RelativePath, Step> chosen = new TreeMap<>();
        for (Step step : steps) {
            if (patterns.stream().anyMatch(pattern -> pattern.matches(step.path()))) {
                chosen.put(step.path(), step);
                addHomes(step, all, chosen);
            }
        }
        return new ArrayList<>(chosen.values());
    }

    /** The directories that were taken away, too; above one that was not, none was. */
    private static void addHomes(Step step, Map<RelativePath, Step> all, SortedMap<RelativePath, Step> chosen) {
        boolean comesBack = !(step.before() instanceof PathState.Absent);
        Optional<RelativePath> above = comesBack ? step.path().parent() : Optional.empty();
        while (above.isPresent()) {
            Step home = all.get(above.get());
            boolean comes = home != null
                    && home.before() instanceof PathState.Directory
                    && !(home.after() instanceof PathState.Directory);
            if (!comes || chosen.putIfAbsent(above.get(), home) != null) {
                return;
            }
            above = above.get().parent();
        }
    }

    /** Of an even number of turns nothing is left: undoing an undo does it again. */
    private boolean isUndo(JournalEntry entry) {
        boolean undo = false;
        Optional<Long> undoes = entry.undoes();
        while (undoes.isPresent()) {
            undo = !undo;
            long former = undoes.get();
            undoes = journal.entries().stream()
                    .filter(one -> one.number() == former)
                    .findFirst()
                    .flatMap(JournalEntry::undoes);
        }
        return undo;
    }
}
