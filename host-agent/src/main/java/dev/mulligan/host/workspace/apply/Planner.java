package dev.mulligan.host.workspace.apply;

import com.google.protobuf.ByteString;
import dev.mulligan.host.workspace.RelativePath;
import dev.mulligan.host.workspace.folder.Attributes;
import dev.mulligan.host.workspace.folder.GrantedFolder;
import dev.mulligan.host.workspace.folder.OpenDirectory;
import dev.mulligan.host.workspace.linux.FileStatus;
import dev.mulligan.host.workspace.linux.KernelException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Compares wishes with what the folder really holds, and keeps the content of all that would be replaced. Used once.
 * Changes nothing in the folder.
 */
final class Planner {
    private final GrantedFolder folder;
    private final Inspector inspector;
    private final SortedMap<RelativePath, Wish> wishes = new TreeMap<>();
    private final SortedMap<RelativePath, Step> steps = new TreeMap<>();
    private final Map<Integer, FileStatus> seen = new HashMap<>();
    private final List<Conflict> conflicts = new ArrayList<>();
    private final Map<Optional<RelativePath>, Attributes> homes = new HashMap<>();

    Planner(GrantedFolder folder, ContentStore content, List<? extends Wish> wanted) {
        this.folder = folder;
        this.inspector = new Inspector(content::put);
        for (Wish wish : wanted) {
            if (wishes.put(wish.path(), wish) != null) {
                throw new IllegalArgumentException("wish: " + wish.path() + " (expected: each path once)");
            }
        }
    }

    Plan plan() throws IOException {
        for (Wish wish : wishes.values()) {
            try {
                compare(wish);
            } catch (KernelException barred) {
                conflicts.add(new Conflict(
                        wish.path(), "cannot be reached: " + barred.errno().text(), PathState.absent()));
            }
        }
        for (Step step : steps.values()) {
            checkHome(step);
            checkEmpty(step);
        }
        conflicts.sort(Comparator.comparing(Conflict::path));
        return new Plan(List.copyOf(steps.values()), conflicts, seen, times());
    }

    private void compare(Wish wish) throws IOException {
        Observation observation = inspector.look(folder, wish.path());
        PathState there = observation.state();
        PathState wanted = wish.wanted(there, home(wish.path().parent()));
        if (wanted.matches(there)) {
            return;
        }
        @Nullable String reason = reason(wish, there, wanted);
        if (reason != null) {
            conflicts.add(new Conflict(wish.path(), reason, there));
            return;
        }
        Step step = new Step(steps.size(), wish.path(), there, wanted);
        steps.put(step.path(), step);
        observation.status().ifPresent(status -> seen.put(step.number(), status));
    }

    private static @Nullable String reason(Wish wish, PathState there, PathState wanted) {
        if (there instanceof PathState.Special) {
            return "a device, FIFO or socket is there";
        }
        if (wish instanceof Wish.Changed
                && there instanceof PathState.File file
                && wanted instanceof PathState.File
                && file.attributes().isSpecial()) {
            return "the file has set-user-id, set-group-id or sticky: a task's content must not get that";
        }
        // A directory is never overwritten, nor put in a file's place, on demand: too much would hang on it.
        boolean forced = wish.force() && !there.isDirectory() && !wanted.isDirectory();
        if (forced || wish.expects(there)) {
            return null;
        }
        return there instanceof PathState.Absent ? "no longer there" : "changed since";
    }

    /** Of the nearest directory that is there. */
    private Attributes home(Optional<RelativePath> directory) throws IOException {
        Attributes known = homes.get(directory);
        if (known != null) {
            return known;
        }
        Attributes attributes;
        try (OpenDirectory there = folder.open(directory)) {
            attributes = there.attributes();
        } catch (KernelException failure) {
            if (directory.isEmpty() || !GrantedFolder.isMissing(failure)) {
                throw failure;
            }
            attributes = home(directory.get().parent());
        }
        homes.put(directory, attributes);
        return attributes;
    }

    /** What comes needs a directory to come into. */
    private void checkHome(Step step) throws IOException {
        Optional<RelativePath> parent = step.path().parent();
        if (step.after() instanceof PathState.Absent || parent.isEmpty()) {
            return;
        }
        Step above = steps.get(parent.get());
        boolean there = above == null
                ? folder.find(parent.get())
                        .filter(status -> status.type() == FileStatus.Type.DIRECTORY)
                        .isPresent()
                : above.after().isDirectory();
        if (!there) {
            conflicts.add(new Conflict(step.path(), "its directory is not there", step.before()));
        }
    }

    /** A directory that goes must hold nothing but what goes, too. */
    private void checkEmpty(Step step) throws IOException {
        if (!step.before().isDirectory() || step.after().isDirectory()) {
            return;
        }
        try (OpenDirectory directory = folder.open(Optional.of(step.path()))) {
            for (ByteString name : directory.names()) {
                RelativePath inside = step.path().child(name);
                if (conflicts.stream().anyMatch(conflict -> conflict.path().equals(inside))) {
                    // That says it all.
                    return;
                }
                Step goes = steps.get(inside);
                if (goes == null || !(goes.after() instanceof PathState.Absent)) {
                    conflicts.add(
                            new Conflict(step.path(), "holds what the task did not remove: " + inside, step.before()));
                    return;
                }
            }
        }
    }

    private List<FolderTime> times() throws IOException {
        List<FolderTime> times = new ArrayList<>();
        Set<Optional<RelativePath>> directories = new LinkedHashSet<>();
        // The staging directory comes and goes in the folder itself.
        directories.add(Optional.empty());
        steps.keySet().forEach(path -> directories.add(path.parent()));
        for (Optional<RelativePath> directory : directories) {
            boolean stays = directory.isEmpty()
                    || !steps.containsKey(directory.get())
                    || steps.get(directory.get()).keepsDirectory();
            if (stays) {
                times.add(new FolderTime(directory, home(directory).modified(), Optional.empty()));
            }
        }
        return times;
    }
}
