package dev.mulligan.host.workspace.apply;

import dev.mulligan.host.workspace.FolderEntry;
import dev.mulligan.host.workspace.LinkTarget;
import dev.mulligan.host.workspace.RelativePath;
import dev.mulligan.host.workspace.folder.Attributes;
import java.time.Instant;
import java.util.Optional;

/** What shall stand at a path, if what is expected stands there now. */
public sealed interface Wish {
    RelativePath path();

    /** Whether what stands there does not matter. */
    boolean force();

    /** Whether that is what was expected. */
    boolean expects(PathState observed);

    /**
     * What shall stand there.
     *
     * @param home attributes of the directory it is in: what is new belongs to its owner
     */
    PathState wanted(PathState observed, Attributes home);

    /**
     * A change of a task. Owner, extended attributes and, unless the task changed it, the mode stay those of the file
     * that is there.
     */
    record Changed(RelativePath path, Optional<FolderEntry> before, Optional<FolderEntry> after, boolean force)
            implements Wish {
        @Override
        public boolean expects(PathState observed) {
            if (before.isEmpty()) {
                return observed instanceof PathState.Absent;
            }
            return switch (before.get()) {
                case FolderEntry.File file ->
                    observed instanceof PathState.File there
                            && there.digest().equals(file.digest())
                            && (!changesMode() || mode(there.attributes()) == file.mode());
                case FolderEntry.Directory directory ->
                    observed instanceof PathState.Directory there
                            && (!changesMode() || mode(there.attributes()) == directory.mode());
                case FolderEntry.Link link ->
                    observed instanceof PathState.Link there && there.target().equals(link.target());
            };
        }

        @Override
        public PathState wanted(PathState observed, Attributes home) {
            if (after.isEmpty()) {
                return PathState.absent();
            }
            return switch (after.get()) {
                case FolderEntry.File file -> {
                    Attributes attributes = observed instanceof PathState.File there
                            ? changed(there.attributes(), file.mode())
                            : fresh(home, file.mode());
                    yield new PathState.File(
                            attributes.withModified(sane(file.modified())), file.size(), file.digest());
                }
                case FolderEntry.Directory directory ->
                    new PathState.Directory(
                            observed instanceof PathState.Directory there
                                    ? changed(there.attributes(), directory.mode())
                                    : fresh(home, directory.mode()).withModified(sane(directory.modified())));
                case FolderEntry.Link(LinkTarget target) ->
                    new PathState.Link(
                            target, observed instanceof PathState.Link there ? there.attributes() : fresh(home, 0777));
            };
        }

        private boolean changesMode() {
            return !before.map(Changed::mode).equals(after.map(Changed::mode));
        }

        private Attributes changed(Attributes there, int mode) {
            return changesMode() ? there.withMode(mode) : there;
        }

        private static Attributes fresh(Attributes home, int mode) {
            return Attributes.of(mode, home.uid(), home.gid(), home.modified());
        }

        private static int mode(FolderEntry entry) {
            return switch (entry) {
                case FolderEntry.File file -> file.mode();
                case FolderEntry.Directory directory -> directory.mode();
                case FolderEntry.Link _ -> FolderEntry.PERMISSIONS;
            };
        }

        private static int mode(Attributes attributes) {
            return attributes.mode() & FolderEntry.PERMISSIONS;
        }

        /** A guest's clock may say anything; a file system takes less. */
        private static Instant sane(Instant claimed) {
            Instant last = Instant.ofEpochSecond(Integer.MAX_VALUE);
            return claimed.isBefore(Instant.EPOCH) ? Instant.EPOCH : claimed.isAfter(last) ? last : claimed;
        }
    }

    /** Back to how it was, if it still is as it was left. */
    record Back(RelativePath path, PathState left, PathState past, boolean force) implements Wish {
        @Override
        public boolean expects(PathState observed) {
            return left.matches(observed);
        }

        @Override
        public PathState wanted(PathState observed, Attributes home) {
            return past;
        }
    }
}
