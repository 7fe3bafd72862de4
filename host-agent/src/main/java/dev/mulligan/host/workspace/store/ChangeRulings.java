package dev.mulligan.host.workspace.store;

import dev.mulligan.host.scope.Ruling;
import dev.mulligan.host.workspace.FolderEntry;
import dev.mulligan.host.workspace.RelativePath;
import dev.mulligan.host.workspace.change.Change;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a scope says of the changes of a set, where one cannot be without another. What lies in a new directory is not
 * freer than that: a rule about the directory speaks of all in it. A directory goes no more freely than what was in it.
 */
final class ChangeRulings {
    private final Map<RelativePath, Change> changes = new HashMap<>();
    private final Map<RelativePath, Ruling> rulings = new HashMap<>();

    /** @param ordered by path: what is in a directory after it */
    ChangeRulings(List<Change> ordered, ChangeRules rules) {
        for (Change change : ordered) {
            changes.put(change.path(), change);
            rulings.put(change.path(), rules.decide(change));
        }
        ordered.stream().filter(change -> change.after().isPresent()).forEach(this::obeyNewDirectories);
        ordered.forEach(this::bindRemovedDirectories);
    }

    Ruling of(Change change) {
        return ruling(change.path());
    }

    private Ruling ruling(RelativePath path) {
        return Optional.ofNullable(rulings.get(path)).orElseThrow();
    }

    private void obeyNewDirectories(Change change) {
        for (RelativePath above : change.path().ancestors()) {
            Change home = changes.get(above);
            if (home != null && comes(home) && !comesAlong(home)) {
                rulings.put(change.path(), of(change).stricter(of(home)));
            }
        }
    }

    private void bindRemovedDirectories(Change change) {
        RelativePath left = change instanceof Change.Renamed renamed ? renamed.from() : change.path();
        for (RelativePath above : left.ancestors()) {
            Change home = changes.get(above);
            if (home != null && goes(home)) {
                rulings.put(above, of(home).stricter(of(change)));
            }
        }
    }

    private static boolean comes(Change change) {
        return !isDirectory(change.before()) && isDirectory(change.after());
    }

    private static boolean goes(Change change) {
        return isDirectory(change.before()) && !isDirectory(change.after());
    }

    /** Where nothing stood and no rule speaks of it, a directory comes with what is applied in it. */
    private boolean comesAlong(Change home) {
        return home instanceof Change.Created && of(home).isOfAllElse();
    }

    private static boolean isDirectory(Optional<FolderEntry> entry) {
        return entry.filter(FolderEntry.Directory.class::isInstance).isPresent();
    }
}
