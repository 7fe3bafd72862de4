package dev.mulligan.host.workspace.apply;

import dev.mulligan.host.workspace.RelativePath;
import dev.mulligan.host.workspace.folder.Attributes;
import dev.mulligan.host.workspace.folder.GrantedFolder;
import dev.mulligan.host.workspace.folder.OpenDirectory;
import dev.mulligan.host.workspace.linux.Errno;
import dev.mulligan.host.workspace.linux.KernelException;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** When directories have last changed: noted after an apply, set back after it was taken back. */
final class FolderTimes {
    private FolderTimes() {}

    /**
     * After an apply: gives directories back the times that {@code past} has for them, unless somebody changed them in
     * between, and notes what all of them are now. The folder's own time is noted only: the staging directory has still
     * to go.
     */
    static List<FolderTime> settled(GrantedFolder folder, Plan plan, List<FolderTime> past) throws IOException {
        Map<Optional<RelativePath>, FolderTime> former = new HashMap<>();
        past.forEach(time -> former.put(time.directory(), time));
        boolean touchesItself =
                plan.steps().stream().anyMatch(step -> step.path().parent().isEmpty());
        List<FolderTime> noted = new ArrayList<>();
        for (FolderTime time : plan.times()) {
            Optional<RelativePath> path = time.directory();
            FolderTime last = former.get(path);
            Instant after;
            if (last != null && last.after().equals(Optional.of(time.before()))) {
                after = last.before();
                if (path.isPresent()) {
                    set(folder, path, after);
                }
            } else if (path.isEmpty() && !touchesItself) {
                after = time.before();
            } else {
                try (OpenDirectory directory = folder.open(path)) {
                    after = directory.status().modified();
                }
            }
            noted.add(new FolderTime(path, time.before(), Optional.of(after)));
        }
        return noted;
    }

    /** Sets the folder's own time to what was noted. */
    static void finish(GrantedFolder folder, List<FolderTime> times) throws IOException {
        for (FolderTime time : times) {
            if (time.directory().isEmpty() && time.after().isPresent()) {
                set(folder, time.directory(), time.after().get());
            }
        }
    }

    /** Sets them to what they were before. The folder itself comes last: all else could change it. */
    static void restore(GrantedFolder folder, List<FolderTime> times) throws IOException {
        for (FolderTime time : times.reversed()) {
            set(folder, time.directory(), time.before());
        }
    }

    /** Sets one. A directory that is gone has none, and one of another owner keeps its own: that is no reason to fail. */
    static void set(GrantedFolder folder, Optional<RelativePath> path, Instant modified) throws IOException {
        try (OpenDirectory directory = folder.open(path)) {
            Attributes attributes = directory.attributes();
            if (!attributes.modified().equals(modified)) {
                directory.setAttributes(attributes.withModified(modified));
            }
        } catch (KernelException failure) {
            boolean theirs = GrantedFolder.isMissing(failure)
                    || failure.errno() == Errno.EPERM
                    || failure.errno() == Errno.EACCES;
            if (!theirs) {
                throw failure;
            }
        }
    }
}
