package dev.mulligan.host.workspace.store;

import com.google.protobuf.ByteString;
import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import dev.mulligan.host.workspace.FolderEntry;
import dev.mulligan.host.workspace.RelativePath;
import dev.mulligan.host.workspace.Sha256;
import dev.mulligan.host.workspace.apply.ContentStore;
import dev.mulligan.host.workspace.apply.Wish;
import dev.mulligan.host.workspace.change.Change;
import dev.mulligan.host.workspace.change.Selection;
import dev.mulligan.host.workspace.text.Merge;
import dev.mulligan.host.workspace.text.Text;
import dev.mulligan.host.workspace.text.TextDiff;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What chosen changes ask of a folder, and what is left of them when that is done. Used once. */
final class Wishes {
    private final Path folder;
    private final Selection selection;
    private final ContentStore store;
    private final Versions versions;
    private final List<Wish> wishes = new ArrayList<>();
    private final List<RelativePath> whole = new ArrayList<>();
    private final List<Change> remainders = new ArrayList<>();

    Wishes(Path folder, Selection selection, ContentStore store, Versions versions) {
        this.folder = folder;
        this.selection = selection;
        this.store = store;
        this.versions = versions;
    }

    void add(Change change) throws IOException {
        Selection.Hunks hunks = selection.hunks().get(change.path());
        Selection.Resolution resolution = selection.resolutions().get(change.path());
        boolean overwrite = resolution == Selection.Resolution.OVERWRITE;
        if (hunks != null) {
            addHunks(change, hunks, overwrite);
        } else if (resolution == Selection.Resolution.MERGE) {
            addMerge(change);
        } else {
            addWhole(change, overwrite);
        }
    }

    private void addWhole(Change change, boolean overwrite) {
        if (change
                instanceof
                Change.Renamed(RelativePath from, RelativePath path, FolderEntry.File old, FolderEntry.File entry)) {
            wishes.add(new Wish.Changed(from, Optional.of(old), Optional.empty(), overwrite));
            wishes.add(new Wish.Changed(path, Optional.empty(), Optional.of(entry), overwrite));
        } else {
            wishes.add(new Wish.Changed(change.path(), change.before(), change.after(), overwrite));
        }
        whole.add(change.path());
    }

    private void addHunks(Change change, Selection.Hunks chosen, boolean overwrite) throws IOException {
        if (!(change instanceof Change.Modified(RelativePath path, FolderEntry.File old, FolderEntry.File entry))) {
            throw noHunks(change.path());
        }
        requireSeen(change, chosen);
        Text before = versions.before(folder, change).orElseThrow(() -> noHunks(path));
        Text after = versions.after(change).orElseThrow(() -> noHunks(path));
        Set<Integer> lines = new HashSet<>(chosen.numbers());
        FolderEntry.File mode = lines.remove(Selection.Hunks.MODE) ? entry : old;
        ByteString content = TextDiff.between(before, after).take(lines).content();
        FolderEntry.File partly =
                new FolderEntry.File(mode.mode(), content.size(), entry.modified(), Sha256.of(content));
        if (isSame(partly, entry)) {
            addWhole(change, overwrite);
            return;
        }
        if (!isSame(partly, old)) {
            store.put(content);
            wishes.add(new Wish.Changed(path, Optional.of(old), Optional.of(partly), overwrite));
            remainders.add(new Change.Modified(path, partly, entry));
        }
    }

    private static void requireSeen(Change change, Selection.Hunks chosen) {
        Sha256 now = RecordedChangeSet.digest(change);
        if (!chosen.seen().equals(now)) {
            throw HostException.of(HostErrorCode.FILE_CONFLICT, "hunks of a change that is another by now")
                    .value(change.path() + ", seen as " + chosen.seen())
                    .expected(now + "; some of it was applied or taken back meanwhile")
                    .remedy("look at it again, and choose anew")
                    .build();
        }
    }

    private static boolean isSame(FolderEntry.File one, FolderEntry.File other) {
        return one.digest().equals(other.digest()) && one.mode() == other.mode();
    }

    /** Where the texts do not fit, the file is a conflict as it would be without. */
    private void addMerge(Change change) throws IOException {
        Optional<Text> mine = versions.now(folder, change.path());
        Optional<Merge> merge = merge(change, mine);
        if (merge.isPresent()
                && merge.get().isClean()
                && change instanceof Change.Modified(RelativePath path, FolderEntry.File old, FolderEntry.File entry)) {
            ByteString merged = merge.get().text().content();
            store.put(merged);
            FolderEntry.File yours = file(old, mine.orElseThrow().content());
            wishes.add(new Wish.Changed(path, Optional.of(yours), Optional.of(file(entry, merged)), false));
            whole.add(path);
        } else {
            addWhole(change, false);
        }
    }

    /** What comes of the task's text and yours; empty if one of the three is not to be had. */
    Optional<Merge> merge(Change change, Optional<Text> mine) throws IOException {
        if (!(change instanceof Change.Modified)) {
            return Optional.empty();
        }
        Optional<Text> base = versions.before(folder, change);
        Optional<Text> theirs = versions.after(change);
        return base.isEmpty() || theirs.isEmpty() || mine.isEmpty()
                ? Optional.empty()
                : Optional.of(Merge.of(base.get(), mine.get(), theirs.get()));
    }

    List<Wish> wishes() {
        return List.copyOf(wishes);
    }

    /** Changes that are done with. */
    List<RelativePath> whole() {
        return List.copyOf(whole);
    }

    /** What is left of the others. */
    List<Change> remainders() {
        return List.copyOf(remainders);
    }

    private static FolderEntry.File file(FolderEntry.File like, ByteString content) {
        return new FolderEntry.File(like.mode(), content.size(), like.modified(), Sha256.of(content));
    }

    private static HostException noHunks(RelativePath path) {
        return HostException.of(HostErrorCode.INVALID_ARGUMENT, "hunks of a file that has none")
                .value(path)
                .expected("a text file that the task changed, and that can still be compared")
                .remedy("apply it whole")
                .build();
    }
}
