package dev.mulligan.host.workspace.change;

import dev.mulligan.host.workspace.RelativePath;
import dev.mulligan.host.workspace.Sha256;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Which changes of a set, and how much of each. One that names neither patterns nor single changes chooses all.
 *
 * @param patterns what is chosen: a change whose path (or, of a rename, whose old path) matches one of them
 * @param exact single changes that are chosen, too, each by its path, and nothing of what is below it
 * @param hunks of a text file, those to take; a path that is not here is taken whole
 * @param resolutions what to do where the folder's own file has changed, too; a path that is not here is a conflict
 */
public record Selection(
        List<PathPattern> patterns,
        Set<RelativePath> exact,
        Map<RelativePath, Hunks> hunks,
        Map<RelativePath, Resolution> resolutions) {
    /** All changes, whole. */
    public static final Selection ALL = new Selection(List.of(), Set.of(), Map.of(), Map.of());

    public Selection {
        patterns = List.copyOf(patterns);
        exact = Set.copyOf(exact);
        hunks = Map.copyOf(hunks);
        resolutions = Map.copyOf(resolutions);
    }

    /** Changes at or below these paths, or that match these globs, whole. */
    public static Selection of(String... patterns) {
        return new Selection(List.of(patterns).stream().map(PathPattern::of).toList(), Set.of(), Map.of(), Map.of());
    }

    /** These changes, whole, and no others; there must be one, as none would mean all. */
    public static Selection exactly(Collection<RelativePath> paths) {
        if (paths.isEmpty()) {
            throw new IllegalArgumentException("exact selection: no path (expected: at least one)");
        }
        return new Selection(List.of(), Set.copyOf(paths), Map.of(), Map.of());
    }

    public Selection withHunks(RelativePath path, Hunks chosen) {
        Map<RelativePath, Hunks> more = new HashMap<>(hunks);
        more.put(path, chosen);
        return new Selection(patterns, exact, more, resolutions);
    }

    public Selection withResolution(RelativePath path, Resolution resolution) {
        Map<RelativePath, Resolution> more = new HashMap<>(resolutions);
        more.put(path, resolution);
        return new Selection(patterns, exact, hunks, more);
    }

    /** The chosen ones, in order, with the new directories that they need. */
    public List<Change> from(List<Change> changes) {
        Map<RelativePath, Change> all = new HashMap<>();
        changes.forEach(change -> all.put(change.path(), change));
        SortedMap<RelativePath, Change> chosen = new TreeMap<>();
        for (Change change : changes) {
            if (matches(change)) {
                chosen.put(change.path(), change);
                addHomes(change, all, chosen);
            }
        }
        return new ArrayList<>(chosen.values());
    }

    /**
     * The directories that are not there yet; above one that is, all are. One that comes in the place of a file or link does
     * not come along: with it that would go, and nobody has chosen so.
     */
    private static void addHomes(Change change, Map<RelativePath, Change> all, SortedMap<RelativePath, Change> chosen) {
        Optional<RelativePath> above =
                change.after().isPresent() ? change.path().parent() : Optional.empty();
        while (above.isPresent()) {
            Change home = all.get(above.get());
            if (!(home instanceof Change.Created) || chosen.putIfAbsent(above.get(), home) != null) {
                return;
            }
            above = above.get().parent();
        }
    }

    private boolean matches(Change change) {
        return (patterns.isEmpty() && exact.isEmpty())
                || exact.contains(change.path())
                || patterns.stream().anyMatch(pattern -> pattern.matches(change));
    }

    /**
     * Hunks of one change. Their numbers mean nothing without it: if some of them are applied, the others are counted anew.
     *
     * @param numbers from 1; {@link #MODE} is the change of the file's mode
     * @param seen digest of the change that they are hunks of, as it was shown
     */
    public record Hunks(Set<Integer> numbers, Sha256 seen) {
        /** Stands before the first line. */
        public static final int MODE = 0;

        public Hunks {
            numbers = Set.copyOf(numbers);
        }
    }

    /** What to do with a file that has changed on both sides. */
    public enum Resolution {
        /** Write the task's version over the one in the folder; undo brings that back. */
        OVERWRITE,
        /** Write both sides' changes, if they do not meet. */
        MERGE
    }
}
