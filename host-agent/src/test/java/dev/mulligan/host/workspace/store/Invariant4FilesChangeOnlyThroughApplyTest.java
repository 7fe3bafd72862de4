package dev.mulligan.host.workspace.store;

import static dev.mulligan.host.workspace.store.ChangesFixture.ACTOR;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.mulligan.host.store.MemoryDirectory;
import dev.mulligan.host.workspace.FakeTask;
import dev.mulligan.host.workspace.RelativePath;
import dev.mulligan.host.workspace.Sha256;
import dev.mulligan.host.workspace.Trees;
import dev.mulligan.host.workspace.UpperEntry;
import dev.mulligan.host.workspace.apply.ApplyOutcome;
import dev.mulligan.host.workspace.change.Selection;
import dev.mulligan.host.workspace.folder.SteppedDirectory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Invariant 4: the host's files change only through apply, which is all or nothing, refuses to overwrite what you edited
 * meanwhile, and stores what was there first. That it is all or nothing is for {@link CutOffApplyTest}.
 */
@SuppressWarnings("NullAway.Init") // Set by JUnit.
final class Invariant4FilesChangeOnlyThroughApplyTest {
    @TempDir(factory = MemoryDirectory.class)
    private Path directory;

    @Test
    void nothingButApplyAndUndoChangesAFolder() throws IOException {
        try (ChangesFixture changes = ChangesFixture.in(directory)) {
            furnish(changes);
            Map<String, String> before = Trees.snapshot(changes.folder);
            ChangeSetId id = changes.record(changes.pack(), task());
            changes.sets.get(id).changes().forEach(one -> {
                changes.sets.diff(id, one.change().path());
                changes.sets.merge(id, one.change().path());
            });
            assertThat(changes.apply(id, Selection.of("no/such/path"))).isInstanceOf(ApplyOutcome.Nothing.class);
            changes.sets.reject(id, Selection.of("gone"), ACTOR);
            assertThat(Trees.snapshot(changes.folder)).isEqualTo(before);
            changes.sets.forget(id, ACTOR);
            assertThat(Trees.snapshot(changes.folder)).isEqualTo(before);
        }
    }

    @Test
    void whatYouEditedMeanwhileIsNotOverwritten() throws IOException {
        try (ChangesFixture changes = ChangesFixture.in(directory)) {
            furnish(changes);
            ChangeSetId id = changes.record(changes.pack(), task());
            changes.write("file", "mine\n");
            Map<String, String> before = Trees.snapshot(changes.folder);
            ApplyOutcome outcome = changes.apply(id, Selection.ALL);
            assertThat(((ApplyOutcome.Conflicted) outcome).conflicts()).hasSize(1);
            assertThat(Trees.snapshot(changes.folder)).isEqualTo(before);
        }
    }

    @Test
    void whatWasThereIsKeptAndOnRecordBeforeTheFirstPathChanges() throws IOException {
        int step = 1;
        for (boolean more = true; more; step++) {
            AtomicBoolean looked = new AtomicBoolean();
            try (ChangesFixture changes = ChangesFixture.in(directory.resolve("step" + step))) {
                furnish(changes);
                ChangeSetId id = changes.record(changes.pack(), task());
                Map<String, String> before = Trees.content(changes.folder);
                StoredChangeSets sets = changes.open(changes.store, SteppedDirectory.meddledWith(step, () -> {
                    looked.set(true);
                    boolean touched = !content(changes).equals(before);
                    if (touched) {
                        assertThat(changes.events.kinds()).contains("changes.apply");
                        assertThat(changes.sets.applies()).hasSize(1);
                        assertThat(kept(changes, "file\n")).exists();
                        assertThat(kept(changes, "gone\n")).exists();
                    }
                }));
                sets.apply(id, Selection.ALL, ACTOR);
            }
            more = looked.get();
        }
        assertThat(step).isGreaterThan(20);
    }

    private static Path kept(ChangesFixture changes, String text) {
        String digest = Sha256.of(ByteString.copyFromUtf8(text)).hex();
        return changes.directory.resolve("state/changes/content").resolve(digest);
    }

    private static Map<String, String> content(ChangesFixture changes) {
        try {
            return Trees.content(changes.folder);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static void furnish(ChangesFixture changes) throws IOException {
        changes.write("file", "file\n");
        changes.write("gone", "gone\n");
    }

    private static FakeTask task() {
        return new FakeTask()
                .write("file", "changed\n")
                .write("new/file", "new\n")
                .remove("gone")
                .put(new UpperEntry.Removed(RelativePath.of("never")));
    }
}
