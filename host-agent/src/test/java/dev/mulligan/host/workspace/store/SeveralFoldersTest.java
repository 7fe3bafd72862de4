package dev.mulligan.host.workspace.store;

import static dev.mulligan.host.workspace.store.ChangesFixture.ACTOR;
import static dev.mulligan.host.workspace.store.ChangesFixture.ALL_ASK;
import static dev.mulligan.host.workspace.store.ChangesFixture.TASK;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mulligan.host.HostException;
import dev.mulligan.host.store.MemoryDirectory;
import dev.mulligan.host.task.CrashingStore.Killer;
import dev.mulligan.host.workspace.FakeTask;
import dev.mulligan.host.workspace.Trees;
import dev.mulligan.host.workspace.apply.ApplyOutcome;
import dev.mulligan.host.workspace.apply.ApplyState;
import dev.mulligan.host.workspace.apply.JournalEntry;
import dev.mulligan.host.workspace.change.Selection;
import dev.mulligan.host.workspace.folder.KilledDirectories;
import dev.mulligan.host.workspace.folder.LossyDisk;
import dev.mulligan.host.workspace.folder.OpenDirectories;
import dev.mulligan.host.workspace.folder.SteppedDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a task wrote to several folders reaches all of them, or none: conflicts, errors, kills and power cuts. */
@SuppressWarnings("NullAway.Init") // Set by JUnit.
final class SeveralFoldersTest {
    private static final int SEEDS = Integer.getInteger("mulligan.power.seeds", 3);

    @TempDir(factory = MemoryDirectory.class)
    private Path directory;

    private Path work;
    private Path kept;
    private Path first;
    private Path second;
    private List<ChangeSets.Choice> both;
    private Map<String, String> before;
    private Map<String, String> after;

    @BeforeEach
    void prepare() throws IOException {
        work = Files.createDirectory(directory.resolve("work"));
        kept = directory.resolve("kept");
        first = work.resolve("folder");
        second = work.resolve("second");
        try (ChangesFixture changes = ChangesFixture.in(work)) {
            for (Path folder : List.of(first, second)) {
                Trees.write(folder.resolve("text"), "before\n");
                Trees.write(folder.resolve("gone/file"), "x\n");
            }
            both = Stream.of(record(changes, first), record(changes, second))
                    .map(id -> new ChangeSets.Choice(id, Selection.ALL))
                    .toList();
            before = folders();
        }
        Trees.copy(work, kept);
        try (ChangesFixture changes = ChangesFixture.in(work)) {
            assertThat(changes.sets.apply(both, ACTOR))
                    .hasSize(2)
                    .allMatch(outcome -> outcome instanceof ApplyOutcome.Applied);
            after = folders();
        }
    }

    private static ChangeSetId record(ChangesFixture changes, Path folder) {
        FakeTask task = new FakeTask()
                .write("text", "after\n")
                .write("new/file", "new\n")
                .remove("gone");
        return changes.sets.record(
                TASK, folder, ChangesFixture.pack(folder), task.entries().iterator(), task, ALL_ASK, ACTOR);
    }

    private Map<String, String> folders() throws IOException {
        Map<String, String> all = Trees.content(first);
        Trees.content(second).forEach((path, what) -> all.put("second " + path, what));
        return all;
    }

    @Test
    void aConflictInOneHoldsTheOtherBack() throws IOException {
        Trees.copy(kept, work);
        Trees.write(second.resolve("text"), "mine\n");
        before = folders();
        try (ChangesFixture changes = ChangesFixture.in(work)) {
            assertThat(changes.sets.apply(both, ACTOR))
                    .satisfiesExactly(
                            one -> assertThat(one).isInstanceOf(ApplyOutcome.HeldBack.class),
                            two -> assertThat(two).isInstanceOf(ApplyOutcome.Conflicted.class));
            assertUntouched(changes);
            assertThat(changes.events.kinds()).doesNotContain("changes.apply");
        }
    }

    @Test
    void aFolderThatIsGoneHoldsTheOtherBack() throws IOException {
        Trees.copy(kept, work);
        Trees.delete(second);
        try (ChangesFixture changes = ChangesFixture.in(work)) {
            assertThatThrownBy(() -> changes.sets.apply(both, ACTOR))
                    .isInstanceOf(HostException.class)
                    .hasMessageContaining(second.toString());
            assertThat(first.resolve("text")).hasContent("before");
            assertThat(changes.sets.applies()).isEmpty();
        }
    }

    @Test
    void whereverAnErrorStrikesBothAreAsTheyWere() throws IOException {
        int errors = 0;
        boolean[] reached = {true};
        for (int step = 1; reached[0]; step++) {
            reached[0] = false;
            Trees.copy(kept, work);
            try (ChangesFixture changes = ChangesFixture.unopened(work)) {
                StoredChangeSets sets = changes.open(
                        changes.store,
                        SteppedDirectory.failingAt(step, () -> reached[0] = true, OpenDirectories.ofLinux()));
                sets.apply(both, ACTOR);
            } catch (HostException failure) {
                errors++;
                assertThat(folders()).as("error at " + step).isEqualTo(before);
            }
            assertBothOrNone("error at " + step);
        }
        assertThat(errors).isGreaterThan(20);
    }

    @Test
    void whereverItIsKilled() throws IOException {
        boolean killed = true;
        for (int step = 1; killed; step++) {
            Trees.copy(kept, work);
            Killer killer = new Killer(step, false);
            killed = CutOffFixture.killed(work, killer, KilledDirectories.by(killer), sets -> sets.apply(both, ACTOR));
            boolean applied = assertBothOrNone("killed at " + step);
            assertThat(killed || applied).isTrue();
        }
    }

    @Test
    void whereverThePowerIsCut() throws IOException {
        for (int seed = 0; seed < SEEDS; seed++) {
            boolean struck = true;
            for (int step = 1; struck; step++) {
                Trees.copy(kept, work);
                LossyDisk disk = new LossyDisk();
                Killer killer = new Killer(step, false);
                struck = CutOffFixture.killed(
                        work,
                        killer,
                        SteppedDirectory.killedBy(killer, disk.directories()),
                        sets -> sets.apply(both, ACTOR));
                disk.cutPower(seed, step);
                boolean applied = assertBothOrNone("power cut at " + step + ", seed " + seed);
                assertThat(struck || applied).isTrue();
            }
        }
    }

    private void assertUntouched(ChangesFixture changes) throws IOException {
        assertThat(folders()).isEqualTo(before);
        assertThat(changes.sets.applies()).isEmpty();
    }

    private boolean assertBothOrNone(String when) throws IOException {
        try (ChangesFixture changes = ChangesFixture.in(work)) {
            Map<String, String> now = folders();
            boolean applied = !now.equals(before);
            if (applied) {
                assertThat(now).as(when).isEqualTo(after);
            }
            assertThat(changes.sets.applies())
                    .as(when)
                    .hasSize(applied ? 2 : 0)
                    .extracting(JournalEntry::state)
                    .allMatch(state -> state == ApplyState.DONE);
            return applied;
        }
    }
}
