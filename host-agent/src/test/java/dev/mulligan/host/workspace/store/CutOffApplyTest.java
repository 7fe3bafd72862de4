package dev.mulligan.host.workspace.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mulligan.host.HostException;
import dev.mulligan.host.store.MemoryDirectory;
import dev.mulligan.host.task.CrashingStore.Killer;
import dev.mulligan.host.workspace.Trees;
import dev.mulligan.host.workspace.folder.KilledDirectories;
import dev.mulligan.host.workspace.store.CutOffFixture.Work;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * An apply is all or nothing: it is killed at every single system call by which it changes a file system, and at every
 * commit to the database, and after the next start the folder is as it was before, times and all, or as it should be,
 * nothing else is there, and the journal says the same. So is an undo.
 *
 * <p>A recovery is killed at every {@code -Dmulligan.crash.every}th of its system calls (1: at all), of every so manyth
 * apply or undo that was cut off, each time beginning at another. What a power cut takes besides: {@link PowerCutTest}.
 */
@SuppressWarnings("NullAway.Init") // Set by JUnit.
final class CutOffApplyTest {
    private static final int EVERY = Integer.getInteger("mulligan.crash.every", 7);
    /** Fewer would mean that something escapes the test. */
    private static final int SYSTEM_CALLS = 100;

    @TempDir(factory = MemoryDirectory.class)
    private Path directory;

    private CutOffFixture cut;

    @BeforeEach
    void prepare() throws IOException {
        cut = new CutOffFixture(directory);
    }

    @Test
    void whereverAnApplyIsKilled() throws IOException {
        int step = 1;
        while (applyKilledAt(step)) {
            cut.assertApplySettled("apply killed at " + step);
            step++;
        }
        assertThat(step).isGreaterThan(SYSTEM_CALLS);
        System.out.printf("an apply was killed at %d system calls and commits%n", step - 1);
    }

    @Test
    void whereverAnUndoIsKilled() throws IOException {
        int step = 1;
        while (undoKilledAt(step)) {
            cut.assertUndoSettled("undo killed at " + step);
            step++;
        }
        assertThat(step).isGreaterThan(SYSTEM_CALLS);
        System.out.printf("an undo was killed at %d system calls and commits%n", step - 1);
    }

    @Test
    void whereverTheRecoveryOfAnApplyIsKilledToo() throws IOException {
        int recoveries = 0;
        for (int step = EVERY; applyKilledAt(step); step += EVERY) {
            for (int again = 1 + step / EVERY % EVERY; killedAt(again, CutOffFixture.NOTHING); again += EVERY) {
                cut.assertApplySettled("apply killed at " + step + ", its recovery at " + again);
                recoveries++;
                applyKilledAt(step);
            }
        }
        assertThat(recoveries).isGreaterThan(20);
        System.out.printf("the recovery of an apply was killed %d times%n", recoveries);
    }

    @Test
    void whereverTheRecoveryOfAnUndoIsKilledToo() throws IOException {
        int recoveries = 0;
        for (int step = EVERY; undoKilledAt(step); step += EVERY) {
            for (int again = 1 + step / EVERY % EVERY; killedAt(again, CutOffFixture.NOTHING); again += EVERY) {
                cut.assertUndoSettled("undo killed at " + step + ", its recovery at " + again);
                recoveries++;
                undoKilledAt(step);
            }
        }
        assertThat(recoveries).isGreaterThan(20);
        System.out.printf("the recovery of an undo was killed %d times%n", recoveries);
    }

    private boolean applyKilledAt(int step) throws IOException {
        cut.restorePending();
        return killedAt(step, cut::apply);
    }

    private boolean undoKilledAt(int step) throws IOException {
        cut.restoreApplied();
        return killedAt(step, cut::undo);
    }

    private boolean killedAt(int step, Work work) throws IOException {
        Killer killer = new Killer(step, false);
        return cut.killed(killer, KilledDirectories.by(killer), work);
    }

    @Test
    void anErrorOfTheFileSystemTakesEverythingBackAtOnce() throws IOException {
        Path other = directory.resolve("other");
        try (ChangesFixture changes = ChangesFixture.in(other)) {
            changes.write("a.txt", "one\ntwo\n");
            changes.write("sub/c.txt", "c\n");
            ChangeSetId id = changes.record(changes.pack(), CutOffFixture.task().write("sub/c.txt", "changed\n"));
            Map<String, String> before = Trees.content(changes.folder);
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
            assertThat(Trees.content(changes.folder)).isEqualTo(before);
            assertThat(changes.sets.applies()).isEmpty();
        }
    }
}
