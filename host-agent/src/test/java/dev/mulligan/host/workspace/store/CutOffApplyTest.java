package dev.mulligan.host.workspace.store;

import static dev.mulligan.host.workspace.store.ChangesFixture.ACTOR;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mulligan.host.HostException;
import dev.mulligan.host.store.MemoryDirectory;
import dev.mulligan.host.task.CrashingStore;
import dev.mulligan.host.task.CrashingStore.Crash;
import dev.mulligan.host.task.CrashingStore.Killer;
import dev.mulligan.host.workspace.FakeTask;
import dev.mulligan.host.workspace.Trees;
import dev.mulligan.host.workspace.apply.ApplyState;
import dev.mulligan.host.workspace.change.Selection;
import dev.mulligan.host.workspace.folder.SteppedDirectory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * An apply is all or nothing: it is killed at every single change that it makes to a file system or the database, and
 * after the next start the folder is as it was before, times and all, or as it should be.
 *
 * <p>{@code -Dmulligan.crash.every=1} also kills every undo and every recovery at every change; by default some of
 * them.
 */
@SuppressWarnings("NullAway.Init") // Set by JUnit.
final class CutOffApplyTest {
    private static final int EVERY = Integer.getInteger("mulligan.crash.every", 11);

    @TempDir(factory = MemoryDirectory.class)
    private Path directory;

    private Path kept;
    private ChangeSetId id;
    private Map<String, String> before;
    private Map<String, String> after;

    @BeforeEach
    void prepare() throws IOException {
        Path work = Files.createDirectory(directory.resolve("work"));
        try (ChangesFixture changes = ChangesFixture.in(work)) {
            changes.write("a.txt", "one\ntwo\n");
            changes.write("mode.sh", "#!/bin/sh\n");
            changes.write("sub/deep/b.bin", "b\0");
            changes.write("sub/c.txt", "c\n");
            changes.write("file-to-directory", "file\n");
            changes.write("directory-to-file/d.txt", "d\n");
            changes.write("old-name", "moves\n");
            Files.createSymbolicLink(changes.file("link"), Path.of("a.txt"));
            id = changes.record(changes.pack(), task());
        }
        kept = directory.resolve("kept");
        Trees.copy(work, kept);
        restore();
        try (ChangesFixture changes = ChangesFixture.in(work)) {
            changes.applyAll(id);
            after = Trees.content(changes.folder);
        }
    }

    private static FakeTask task() {
        return new FakeTask()
                .write("a.txt", "one\n2\n")
                .write("mode.sh", "#!/bin/sh\n", 0755)
                .remove("sub/deep")
                .makeDirectory("sub", 0700)
                .write("file-to-directory/inside", "inside\n")
                .replaceDirectory("file-to-directory")
                .write("directory-to-file", "file now\n")
                .remove("old-name")
                .write("new/name", "moves\n")
                .link("link", "mode.sh")
                .link("new/link", "../a.txt");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whereverAnApplyIsKilled(boolean afterwards) throws IOException {
        int step = 1;
        while (applyKilledAt(step, afterwards)) {
            assertSettled("apply killed " + (afterwards ? "after" : "before") + " step " + step);
            step++;
        }
        // Staging, moving, syncing, and three commits: fewer steps would mean that something escapes the test.
        assertThat(step).isGreaterThan(50);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whereverTheRecoveryIsKilledToo(boolean afterwards) throws IOException {
        int recoveries = 0;
        for (int step = 1 + EVERY / 2; applyKilledAt(step, afterwards); step += EVERY) {
            int again = 1;
            while (recoveryKilledAt(again, afterwards)) {
                assertSettled("apply killed at step " + step + ", its recovery at " + again);
                recoveries++;
                again += EVERY;
                applyKilledAt(step, afterwards);
            }
        }
        assertThat(recoveries).isGreaterThan(5);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whereverAnUndoIsKilled(boolean afterwards) throws IOException {
        int step = 1;
        boolean killed = true;
        while (killed) {
            restore();
            Map<String, String> applied;
            try (ChangesFixture changes = fixture()) {
                changes.applyAll(id);
                applied = Trees.snapshot(changes.folder);
            }
            killed = killedAt(step, afterwards, sets -> sets.undo(1, List.of(), false, ACTOR));
            try (ChangesFixture changes = fixture()) {
                Map<String, String> now = Trees.snapshot(changes.folder);
                assertThat(now.equals(before) || now.equals(applied))
                        .as("undo killed at step %d: %s", step, now)
                        .isTrue();
            }
            step += Math.min(EVERY, 3);
        }
        assertThat(step).isGreaterThan(50);
    }

    @Test
    void anErrorOfTheFileSystemTakesEverythingBackAtOnce() throws IOException {
        restore();
        try (ChangesFixture changes = fixture()) {
            // In the place of a directory that the apply will make, at the very last moment before it begins.
            changes.events.atEach(() -> {
                try {
                    Files.createDirectories(changes.file("new/name"));
                } catch (IOException failure) {
                    throw new UncheckedIOException(failure);
                }
            });
            assertThatThrownBy(() -> changes.applyAll(id)).isInstanceOf(HostException.class);
            changes.events.atEach(() -> {});
            Trees.delete(changes.file("new"));
            assertThat(Trees.content(changes.folder)).isEqualTo(withoutTimes(before));
            assertThat(changes.sets.applies()).isEmpty();
        }
    }

    /** Whether it was killed; else it came to its end. */
    private boolean applyKilledAt(int step, boolean afterwards) throws IOException {
        restore();
        return killedAt(step, afterwards, sets -> sets.apply(id, Selection.ALL, ACTOR));
    }

    private boolean recoveryKilledAt(int step, boolean afterwards) throws IOException {
        return killedAt(step, afterwards, _ -> {});
    }

    private interface Work {
        void run(StoredChangeSets sets);
    }

    private boolean killedAt(int step, boolean afterwards, Work work) throws IOException {
        Killer killer = new Killer(step, afterwards);
        try (ChangesFixture changes = unopened()) {
            try {
                work.run(changes.open(new CrashingStore(changes.store, killer), SteppedDirectory.killedBy(killer)));
            } catch (Crash killed) {
                // As by kill -9: nothing of it runs any more.
            }
        }
        return killer.dead();
    }

    private void assertSettled(String when) throws IOException {
        try (ChangesFixture changes = fixture()) {
            Map<String, String> now = Trees.snapshot(changes.folder);
            if (!now.equals(before)) {
                assertThat(Trees.content(changes.folder)).as(when).isEqualTo(after);
            }
            assertThat(changes.sets.applies()).as(when).allMatch(entry -> entry.state() == ApplyState.DONE);
            assertThat(Trees.content(changes.outside)).as(when).hasSize(2);
            // And it goes on from there.
            changes.apply(id, Selection.ALL);
            assertThat(Trees.content(changes.folder)).as(when).isEqualTo(after);
        }
    }

    private void restore() throws IOException {
        Trees.copy(kept, directory.resolve("work"));
        before = Trees.snapshot(directory.resolve("work/folder"));
    }

    private ChangesFixture fixture() throws IOException {
        return ChangesFixture.in(directory.resolve("work"));
    }

    private ChangesFixture unopened() throws IOException {
        return ChangesFixture.unopened(directory.resolve("work"));
    }

    private static Map<String, String> withoutTimes(Map<String, String> snapshot) {
        Map<String, String> result = new TreeMap<>(snapshot);
        result.replaceAll((_, value) -> value.substring(0, value.lastIndexOf(' ')));
        return result;
    }
}
