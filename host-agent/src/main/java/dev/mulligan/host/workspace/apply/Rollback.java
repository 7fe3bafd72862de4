package dev.mulligan.host.workspace.apply;

import com.google.protobuf.ByteString;
import dev.mulligan.host.workspace.RelativePath;
import dev.mulligan.host.workspace.folder.Attributes;
import dev.mulligan.host.workspace.folder.GrantedFolder;
import dev.mulligan.host.workspace.folder.OpenDirectory;
import dev.mulligan.host.workspace.linux.Errno;
import dev.mulligan.host.workspace.linux.KernelException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Takes an apply back that did not come to its end, in this process or in one before. It decides by what it finds, step
 * by step, so it can itself be cut off anywhere and be done again.
 *
 * <p>What somebody has changed since is left as it is, and reported: their version is the newest.
 */
final class Rollback {
    private final GrantedFolder folder;
    private final Staging staging;
    private final List<Step> steps;
    private final List<FolderTime> times;
    private final Inspector inspector = Inspector.ofDigests();
    private final List<RelativePath> left = new ArrayList<>();

    Rollback(GrantedFolder folder, Staging staging, List<Step> steps, List<FolderTime> times) {
        this.folder = folder;
        this.staging = staging;
        this.steps = steps;
        this.times = times;
    }

    /**
     * Returns the paths that are not as they were before, because somebody has changed them since.
     *
     * @param moved whether all was staged, and something may have been moved
     */
    List<RelativePath> run(boolean moved) throws IOException {
        if (staging.exists() && moved) {
            try (OpenDirectory aside = staging.open()) {
                for (Step step : steps.reversed()) {
                    attempt(step, () -> takeBack(step, aside));
                }
                for (Step step : steps) {
                    if (step.clears()) {
                        attempt(step, () -> putBack(step, aside));
                    }
                }
                for (Step step : steps.reversed()) {
                    if (step.before() instanceof PathState.Directory directory) {
                        attempt(step, () -> restore(Optional.of(step.path()), directory.attributes()));
                    }
                }
            }
            // While there is a staging directory, what is taken back can be taken back once more: until it is on the
            // disk.
            sync();
        }
        staging.remove();
        FolderTimes.restore(folder, times);
        sync();
        return left;
    }

    /** A directory that somebody has removed since is no matter. */
    private void sync() throws IOException {
        Set<Optional<RelativePath>> directories = Touched.directories(steps, Step::before);
        directories.add(Optional.empty());
        for (Optional<RelativePath> path : directories) {
            try (OpenDirectory directory = folder.open(path)) {
                directory.sync();
            } catch (KernelException failure) {
                if (!GrantedFolder.isMissing(failure)) {
                    throw failure;
                }
            }
        }
    }

    private interface Work {
        void run() throws IOException;
    }

    /** What is barred or in somebody's way by now stays as it is. */
    private void attempt(Step step, Work work) throws IOException {
        try {
            work.run();
        } catch (KernelException failure) {
            boolean theirs = GrantedFolder.isMissing(failure)
                    || failure.errno() == Errno.EEXIST
                    || failure.errno() == Errno.ENOTEMPTY
                    || failure.errno() == Errno.EXDEV;
            if (!theirs) {
                throw failure;
            }
            left.add(step.path());
        }
    }

    /** Removes what the apply has put in place. */
    private void takeBack(Step step, OpenDirectory aside) throws IOException {
        ByteString slot = Staging.fresh(step.number());
        if (step.exchanges()) {
            // What is there is either what was to come, or what it has taken the place of: be that as it may.
            if (!inspector.look(aside, slot).state().matches(step.after())) {
                ifOurs(step, (directory, name) -> directory.exchange(name, aside, slot));
            }
        } else if (step.after().isLeaf()) {
            if (aside.find(slot).isEmpty() && folder.find(step.path()).isPresent()) {
                ifOurs(step, (directory, name) -> directory.move(name, aside, slot));
            }
        } else if (step.after().isDirectory() && !step.keepsDirectory()) {
            if (inspector.look(folder, step.path()).state().isDirectory()) {
                folder.at(step.path(), (directory, name) -> {
                    directory.removeDirectory(name);
                    return true;
                });
            }
        }
    }

    private interface Move {
        void run(OpenDirectory directory, ByteString name) throws IOException;
    }

    /** Where it is as it was before, that was done by a rollback which was cut off itself. */
    private void ifOurs(Step step, Move move) throws IOException {
        PathState there = inspector.look(folder, step.path()).state();
        if (there.matches(step.after())) {
            folder.at(step.path(), (directory, name) -> {
                move.run(directory, name);
                return true;
            });
        } else if (!there.matches(step.before())) {
            left.add(step.path());
        }
    }

    /** Brings what the apply has taken away. */
    private void putBack(Step step, OpenDirectory aside) throws IOException {
        ByteString slot = Staging.old(step.number());
        if (step.before().isDirectory()) {
            folder.at(step.path(), (directory, name) -> {
                if (directory.find(name).isEmpty()) {
                    directory.createDirectory(name);
                }
                // Or a power cut could take it, with what is about to be moved into it.
                directory.sync();
                return true;
            });
        } else if (aside.find(slot).isPresent()) {
            folder.at(step.path(), (directory, name) -> {
                aside.move(slot, directory, name);
                return true;
            });
        }
    }

    private void restore(Optional<RelativePath> path, Attributes attributes) throws IOException {
        try (OpenDirectory directory = folder.open(path)) {
            if (!directory.attributes().equals(attributes)) {
                directory.setAttributes(attributes);
            }
        }
    }
}
