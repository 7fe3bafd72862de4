package dev.mulligan.host.workspace.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mulligan.host.HostException;
import dev.mulligan.host.store.MemoryDirectory;
import dev.mulligan.host.task.CrashingStore.Killer;
import dev.mulligan.host.workspace.apply.ApplyOutcome;
import dev.mulligan.host.workspace.folder.LossyDisk;
import dev.mulligan.host.workspace.folder.OpenDirectories;
import dev.mulligan.host.workspace.folder.SteppedDirectory;
import dev.mulligan.host.workspace.store.CutOffFixture.Work;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * All or nothing also across a power cut: it strikes at every change that an apply, an undo or the taking over of a
 * change set makes to a file system or the database, and takes what was not synced ({@link LossyDisk}); what was
 * committed to the database is on the disk. Then everything is settled, and the power is cut once more, at the end of
 * that and at some of its steps.
 *
 * <p>Each is tried with {@code -Dmulligan.power.seeds} different choices of what survives; the first is nothing, the
 * second all names. Whoever takes a single sync away from {@code Transaction}, {@code Rollback}, {@code Settling},
 * {@code Applier}, {@code Intake} or {@code ContentStore} makes this fail: that was tried with each of them.
 */
@SuppressWarnings("NullAway.Init") // Set by JUnit.
final class PowerCutTest {
    private static final int SEEDS = Integer.getInteger("mulligan.power.seeds", 3);
    private static final int EVERY = Integer.getInteger("mulligan.crash.every", 7);

    @TempDir(factory = MemoryDirectory.class)
    private Path directory;

    private CutOffFixture cut;

    @BeforeEach
    void prepare() throws IOException {
        cut = new CutOffFixture(directory);
    }

    @Test
    void whereverItStrikesAnApply() throws IOException {
        for (int seed = 0; seed < SEEDS; seed++) {
            boolean struck = true;
            for (int step = 1; struck; step++) {
                cut.restorePending();
                struck = strike(step, seed, cut::apply);
                recoverAndStrike(seed, step);
                boolean applied = cut.assertApplySettled("apply struck at " + step + ", seed " + seed);
                assertThat(applied || struck).as("what was done stays done").isTrue();
            }
        }
    }

    @Test
    void whereverItStrikesAnUndo() throws IOException {
        for (int seed = 0; seed < SEEDS; seed++) {
            boolean struck = true;
            for (int step = 1; struck; step++) {
                cut.restoreApplied();
                struck = strike(step, seed, cut::undo);
                recoverAndStrike(seed, step);
                boolean undone = cut.assertUndoSettled("undo struck at " + step + ", seed " + seed);
                assertThat(undone || struck).as("what was done stays done").isTrue();
            }
        }
    }

    @Test
    void whereverItStrikesTheRecoveryOfAnApply() throws IOException {
        int recoveries = 0;
        for (int seed = 0; seed < SEEDS; seed++) {
            for (int step = EVERY - seed % EVERY; cutApply(step, seed); step += EVERY) {
                for (int again = 1 + step % EVERY; strike(again, seed, CutOffFixture.NOTHING); again += EVERY) {
                    cut.assertApplySettled("apply struck at " + step + ", its recovery at " + again + ", seed " + seed);
                    recoveries++;
                    var _ = cutApply(step, seed);
                }
            }
        }
        assertThat(recoveries).isGreaterThan(20);
    }

    private boolean cutApply(int step, int seed) throws IOException {
        cut.restorePending();
        return strike(step, seed, cut::apply);
    }

    @Test
    void afterAnErrorOfTheDiskEverythingIsTakenBackForGood() throws IOException {
        for (int seed = 0; seed < SEEDS; seed++) {
            AtomicBoolean failed = new AtomicBoolean(true);
            for (int step = 1; failed.getAndSet(false); step++) {
                cut.restorePending();
                LossyDisk disk = new LossyDisk();
                boolean said = applied(SteppedDirectory.failingAt(step, () -> failed.set(true), disk.directories()));
                disk.cutPower(seed, step);
                boolean applied = cut.assertApplySettled("apply failed at " + step + ", seed " + seed);
                assertThat(applied).as("failed at " + step).isEqualTo(said);
            }
        }
    }

    /** What whoever wants it applied hears. */
    private boolean applied(OpenDirectories directories) throws IOException {
        AtomicBoolean applied = new AtomicBoolean();
        try {
            var _ = cut.killed(
                    new Killer(), directories, sets -> applied.set(cut.apply(sets) instanceof ApplyOutcome.Applied));
        } catch (HostException failure) {
            // Not applied, then.
        }
        return applied.get();
    }

    @Test
    void whereverItStrikesWhileAChangeSetIsTakenOver() throws IOException {
        for (int seed = 0; seed < SEEDS; seed++) {
            boolean struck = true;
            for (int step = 1; struck; step++) {
                cut.restoreUntouched();
                struck = strike(step, seed, cut::takeOver);
                cut.assertWholeOrUnknown("taking over struck at " + step + ", seed " + seed, !struck);
            }
        }
    }

    /** Whether it came to that step. */
    private boolean strike(int step, int seed, Work work) throws IOException {
        LossyDisk disk = new LossyDisk();
        Killer killer = new Killer(step, false);
        boolean struck = cut.killed(killer, SteppedDirectory.killedBy(killer, disk.directories()), work);
        disk.cutPower(seed, step);
        return struck;
    }

    private void recoverAndStrike(int seed, int step) throws IOException {
        LossyDisk disk = new LossyDisk();
        var _ = cut.killed(new Killer(), disk.directories(), CutOffFixture.NOTHING);
        disk.cutPower(seed, step);
    }
}
