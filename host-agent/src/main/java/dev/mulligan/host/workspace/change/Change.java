package dev.mulligan.host.workspace.change;

import dev.mulligan.host.workspace.FolderEntry;
import dev.mulligan.host.workspace.RelativePath;
import java.util.Optional;

/** One difference between a folder as it was packed and as the task left it. */
public sealed interface Change {
    /** Where it is; for a rename, where it is now. */
    RelativePath path();

    /** What stood there; empty if nothing did. */
    Optional<FolderEntry> before();

    /** What stands there; empty if nothing does. */
    Optional<FolderEntry> after();

    /** For people and rules: {@code create}, {@code modify}, {@code delete}, {@code rename}. */
    String kind();

    /** Something stands where nothing stood. */
    record Created(RelativePath path, FolderEntry entry) implements Change {
        @Override
        public Optional<FolderEntry> before() {
            return Optional.empty();
        }

        @Override
        public Optional<FolderEntry> after() {
            return Optional.of(entry);
        }

        @Override
        public String kind() {
            return "create";
        }
    }

    /** Other content, another mode, or another kind of thing. */
    record Modified(RelativePath path, FolderEntry old, FolderEntry entry) implements Change {
        @Override
        public Optional<FolderEntry> before() {
            return Optional.of(old);
        }

        @Override
        public Optional<FolderEntry> after() {
            return Optional.of(entry);
        }

        @Override
        public String kind() {
            return "modify";
        }
    }

    /** Nothing stands where something stood; of a directory, each thing in it is a change of its own. */
    record Deleted(RelativePath path, FolderEntry old) implements Change {
        @Override
        public Optional<FolderEntry> before() {
            return Optional.of(old);
        }

        @Override
        public Optional<FolderEntry> after() {
            return Optional.empty();
        }

        @Override
        public String kind() {
            return "delete";
        }
    }

    /** A file of the same content, which is not empty, has another path. Nothing stood at the new one. */
    record Renamed(RelativePath from, RelativePath path, FolderEntry.File old, FolderEntry.File entry)
            implements Change {
        @Override
        public Optional<FolderEntry> before() {
            return Optional.of(old);
        }

        @Override
        public Optional<FolderEntry> after() {
            return Optional.of(entry);
        }

        @Override
        public String kind() {
            return "rename";
        }
    }
}
