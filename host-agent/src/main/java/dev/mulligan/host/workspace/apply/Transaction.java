package dev.mulligan.host.workspace.apply;

import com.google.protobuf.ByteString;
import dev.mulligan.host.workspace.RelativePath;
import dev.mulligan.host.workspace.folder.GrantedFolder;
import dev.mulligan.host.workspace.folder.OpenDirectory;
import dev.mulligan.host.workspace.linux.FileStatus;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One apply on its way: {@link #stage}, {@link #move}, then {@link #sync}, each once. Whatever fails in between, and
 * however far it got, {@link Rollback} takes it back.
 *
 * <p>No file is ever written to where it stands, so another name of it, a program that has it open, or a link never
 * notices. What is replaced is looked at once more after it was taken away: if it is not what was planned with, it goes
 * back.
 */
final class Transaction {
    private final GrantedFolder folder;
    private final ContentStore content;
    private final Staging staging;
    private final Plan plan;
    private final Map<Integer, FileStatus> staged = new HashMap<>();

    Transaction(GrantedFolder folder, ContentStore content, Staging staging, Plan plan) {
        this.folder = folder;
        this.content = content;
        this.staging = staging;
        this.plan = plan;
    }

    /** Writes all that is new aside, and waits until it is on the disk. */
    void stage() throws IOException {
        staging.create();
        List<ByteString> files = new ArrayList<>();
        try (OpenDirectory aside = staging.open()) {
            for (Step step : plan.steps()) {
                ByteString slot = Staging.fresh(step.number());
                switch (step.after()) {
                    case PathState.File file -> {
                        try (InputStream bytes = content.open(file.digest())) {
                            aside.createFile(slot, bytes, file.attributes());
                            files.add(slot);
                        }
                    }
                    case PathState.Link link -> aside.createLink(slot, link.target(), link.attributes());
                    case PathState.Absent _, PathState.Directory _, PathState.Special _ -> {}
                }
                aside.find(slot).ifPresent(status -> staged.put(step.number(), status));
            }
            aside.sync(files);
        }
        folder.root().sync();
    }

    /** Puts everything in its place. */
    void move() throws IOException {
        try (OpenDirectory aside = staging.open()) {
            for (Step step : plan.steps().reversed()) {
                if (step.clears()) {
                    clear(step, aside);
                }
            }
            for (Step step : plan.steps()) {
                if (!(step.after() instanceof PathState.Absent) && !step.keepsDirectory()) {
                    place(step, aside);
                }
            }
            for (Step step : plan.steps().reversed()) {
                if (step.after() instanceof PathState.Directory directory) {
                    try (OpenDirectory there = folder.open(Optional.of(step.path()))) {
                        there.setAttributes(directory.attributes());
                    }
                }
            }
            check();
        }
    }

    /** Waits until everything is on the disk where it is now. */
    void sync() throws IOException {
        for (Optional<RelativePath> path : Touched.directories(plan.steps(), Step::after)) {
            try (OpenDirectory directory = folder.open(path)) {
                directory.sync();
            }
        }
        try (OpenDirectory aside = staging.open()) {
            aside.sync();
        }
    }

    private void clear(Step step, OpenDirectory aside) throws IOException {
        folder.at(step.path(), (directory, name) -> {
            if (step.before().isDirectory()) {
                directory.removeDirectory(name);
            } else {
                directory.move(name, aside, Staging.old(step.number()));
                requireSeen(step, aside.find(Staging.old(step.number())));
            }
            return true;
        });
    }

    private void place(Step step, OpenDirectory aside) throws IOException {
        ByteString slot = Staging.fresh(step.number());
        folder.at(step.path(), (directory, name) -> {
            if (step.exchanges()) {
                directory.exchange(name, aside, slot);
                requireSeen(step, aside.find(slot));
            } else if (step.after().isLeaf()) {
                aside.move(slot, directory, name);
            } else {
                directory.createDirectory(name);
            }
            return true;
        });
    }

    private void requireSeen(Step step, Optional<FileStatus> replaced) throws IOException {
        FileStatus seen = plan.seen().get(step.number());
        if (seen == null || replaced.isEmpty() || !seen.isSameAs(replaced.get())) {
            throw new EditedException(step.path());
        }
    }

    /** Once more from the folder down: if a directory was swapped on the way, something is not where it should be. */
    private void check() throws IOException {
        for (Step step : plan.steps()) {
            Optional<FileStatus> there = folder.find(step.path());
            boolean right = switch (step.after()) {
                case PathState.Absent _ -> there.isEmpty();
                case PathState.Directory _ ->
                    there.map(FileStatus::type).orElse(FileStatus.Type.OTHER) == FileStatus.Type.DIRECTORY;
                case PathState.File _, PathState.Link _ -> {
                    FileStatus placed = staged.get(step.number());
                    yield placed != null && there.isPresent() && placed.isSameAs(there.get());
                }
                case PathState.Special _ -> false;
            };
            if (!right) {
                throw new EditedException(step.path());
            }
        }
    }
}
