package dev.mulligan.host.workspace.store;

import com.google.protobuf.ByteString;
import dev.mulligan.host.workspace.FolderEntry;
import dev.mulligan.host.workspace.RelativePath;
import dev.mulligan.host.workspace.Sha256;
import dev.mulligan.host.workspace.apply.ContentStore;
import dev.mulligan.host.workspace.change.Change;
import dev.mulligan.host.workspace.folder.GrantedFolder;
import dev.mulligan.host.workspace.folder.OpenDirectories;
import dev.mulligan.host.workspace.folder.OpenFile;
import dev.mulligan.host.workspace.text.Text;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Optional;

/** Texts of a changed file: as it was packed, as the task left it, and as the folder has it now. */
final class Versions {
    private final ContentStore store;
    private final OpenDirectories directories;

    Versions(ContentStore store, OpenDirectories directories) {
        this.store = store;
        this.directories = directories;
    }

    /** As it was before; a file that was not there is an empty text. */
    Optional<Text> before(Path folder, Change change) throws IOException {
        if (change.before().isEmpty()) {
            return Optional.of(Text.EMPTY);
        }
        if (!(change.before().get() instanceof FolderEntry.File file)) {
            return Optional.empty();
        }
        Optional<Text> kept = kept(file);
        if (kept.isPresent()) {
            return kept;
        }
        RelativePath path = change instanceof Change.Renamed renamed ? renamed.from() : change.path();
        return folderContent(folder, path)
                .filter(content -> Sha256.of(content).equals(file.digest()))
                .flatMap(Text::of);
    }

    /** As the task left it; a file that it removed is an empty text. */
    Optional<Text> after(Change change) throws IOException {
        if (change.after().isEmpty()) {
            return Optional.of(Text.EMPTY);
        }
        return change.after().get() instanceof FolderEntry.File file ? kept(file) : Optional.empty();
    }

    /** As the folder has it now; empty if that is no text of a file. */
    Optional<Text> now(Path folder, RelativePath path) throws IOException {
        return folderContent(folder, path).flatMap(Text::of);
    }

    /** Of any file, as long as it can be had. */
    Optional<InputStream> open(Path folder, Change change, ChangeSets.Version version) throws IOException {
        Optional<FolderEntry> entry = switch (version) {
            case PACKED -> change.before();
            case TASK -> change.after();
        };
        if (!(entry.orElse(null) instanceof FolderEntry.File file)) {
            return Optional.empty();
        }
        if (store.has(file.digest())) {
            return Optional.of(store.open(file.digest()));
        }
        return version == ChangeSets.Version.PACKED
                ? before(folder, change).map(text -> text.content().newInput())
                : Optional.empty();
    }

    private Optional<Text> kept(FolderEntry.File file) throws IOException {
        if (file.size() > Text.MAXIMUM_BYTES || !store.has(file.digest())) {
            return Optional.empty();
        }
        try (InputStream bytes = store.open(file.digest())) {
            return Text.of(ByteString.readFrom(bytes));
        }
    }

    private Optional<ByteString> folderContent(Path folder, RelativePath path) {
        try (GrantedFolder granted = new GrantedFolder(directories.open(folder))) {
            return granted.at(path, (directory, name) -> {
                try (OpenFile file = directory.open(name)) {
                    return file.status().size() > Text.MAXIMUM_BYTES
                            ? Optional.empty()
                            : Optional.of(ByteString.readFrom(new BoundedStream(file.content(), Text.MAXIMUM_BYTES)));
                }
            });
        } catch (IOException notThere) {
            return Optional.empty();
        }
    }
}
