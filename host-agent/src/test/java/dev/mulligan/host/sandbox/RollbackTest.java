package dev.mulligan.host.sandbox;

import static dev.mulligan.host.sandbox.SandboxFixture.ACTOR;
import static dev.mulligan.host.sandbox.SandboxFixture.machine;
import static dev.mulligan.host.sandbox.SandboxFixture.machineTo;
import static dev.mulligan.host.sandbox.SandboxFixture.paths;
import static dev.mulligan.host.sandbox.SandboxLifeTest.assertFails;
import static dev.mulligan.host.sandbox.SandboxLifeTest.program;
import static dev.mulligan.host.sandbox.SandboxLifeTest.sleep;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import dev.mulligan.host.TaskId;
import dev.mulligan.host.guest.Await;
import dev.mulligan.host.guest.GuestProcess;
import dev.mulligan.host.guest.SimulatedDisk;
import dev.mulligan.host.sandbox.RollbackResult.Outcome;
import dev.mulligan.host.sandbox.RollbackResult.RestoredPath;
import dev.mulligan.vm.Checkpoint;
import dev.mulligan.vm.CheckpointId;
import dev.mulligan.vm.CheckpointKind;
import dev.mulligan.vm.DataSize;
import dev.mulligan.vm.Vm;
import dev.mulligan.vm.VmId;
import dev.mulligan.vm.VmState;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Checkpoints, and the ways back to them, on good days and bad ones. */
@Timeout(120)
final class RollbackTest {
    private static final String FILE = "/home/agent/notes";
    private static final TaskId TASK = new TaskId("task-1");

    // Booted: without the checkpoint that comes with a template.
    private final SandboxFixture fixture = SandboxFixture.withoutTemplates();
    private Sandbox sandbox = fixture.create();

    @BeforeEach
    void write() {
        disk().write(FILE, "good");
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    private VmSandboxes sandboxes() {
        return fixture.sandboxes;
    }

    private SimulatedDisk disk() {
        return fixture.guest(sandbox).disk();
    }

    private Checkpoint take(CheckpointKind kind) {
        return sandboxes().checkpoint(sandbox.id(), kind, "by hand", Optional.empty(), ACTOR);
    }

    private SandboxState state() {
        return sandboxes().get(sandbox.name()).state();
    }

    @Test
    void aDiskCheckpointIsTakenOfAFrozenGuest() {
        Checkpoint checkpoint = take(CheckpointKind.DISK);
        assertThat(fixture.guest(sandbox).system().asked()).containsSubsequence("freeze", "thaw");
        assertThat(fixture.guest(sandbox).system().frozen()).isFalse();
        assertThat(sandboxes().current(sandbox.id())).contains(checkpoint.id());
        assertThat(sandboxes().checkpoints(sandbox.id()))
                .extracting(Checkpoint::label)
                .containsExactly("by hand");
        assertThat(fixture.kinds()).endsWith("checkpoint.created");
    }

    @Test
    void aTornCheckpointIsDroppedAndTakenAgain() {
        fixture.guest(sandbox).system().thawTooEarly(1);
        Checkpoint checkpoint = take(CheckpointKind.DISK);
        assertThat(sandboxes().checkpoints(sandbox.id()))
                .extracting(Checkpoint::id)
                .containsExactly(checkpoint.id());

        fixture.guest(sandbox).system().thawTooEarly(2);
        assertFails(HostErrorCode.GUEST_MISBEHAVED, () -> take(CheckpointKind.DISK));
        assertThat(sandboxes().checkpoints(sandbox.id())).hasSize(1);
    }

    @Test
    void returnsTheMachineMidBreath() throws Exception {
        fixture.guest(sandbox).system().memory().put("thought", "kept");
        String boot = fixture.guest(sandbox).system().bootId();
        Checkpoint full = take(CheckpointKind.FULL);
        disk().remove(dev.mulligan.host.guest.GuestPath.of("/usr"));
        disk().write(FILE, "bad");
        fixture.guest(sandbox).system().memory().clear();

        try (GuestSession session = sandboxes().open(sandbox.id(), Optional.empty(), ACTOR)) {
            GuestProcess running = session.guest().start(sleep(), new SandboxFixture.Silent());
            RollbackResult result = sandboxes().rollback(sandbox.id(), machine(), ACTOR);

            assertFails(HostErrorCode.ROLLED_BACK, running::await);
            assertThat(result.checkpoint().id()).isEqualTo(full.id());
            assertThat(disk().text(FILE)).hasValue("good");
            assertThat(disk().text("/usr/bin/env")).isPresent();
            assertThat(fixture.guest(sandbox).system().memory()).containsEntry("thought", "kept");
            assertThat(fixture.guest(sandbox).system().bootId()).isEqualTo(boot);
            assertThat(fixture.guest(sandbox).system().asked()).startsWith("resynchronise");
            // The same session, the same sandbox.
            assertThat(session.guest()
                            .start(program("true"), new SandboxFixture.Silent())
                            .await()
                            .code())
                    .isZero();

            // And the way back from the way back.
            CheckpointId before = result.before().orElseThrow().id();
            sandboxes().rollback(sandbox.id(), machineTo(before), ACTOR);
            assertThat(disk().text(FILE)).hasValue("bad");
        }
        assertThat(fixture.kinds()).containsSubsequence("sandbox.rolled_back", "checkpoint.created");
    }

    @Test
    void aReturnWhoseFirstConnectionStaysSilentGoesOnWithTheSecond() {
        take(CheckpointKind.FULL);
        disk().write(FILE, "bad");
        fixture.silentConnections.set(1);

        sandboxes().rollback(sandbox.id(), SandboxFixture.machineDiscarding(), ACTOR);

        assertThat(fixture.silentConnections).hasValue(0);
        assertThat(disk().text(FILE)).hasValue("good");
        assertThat(state()).isEqualTo(SandboxState.READY);
    }

    @Test
    void aSecondRollbackDoesNotReturnToTheStateBeforeTheFirst() {
        Checkpoint full = take(CheckpointKind.FULL);
        disk().write(FILE, "bad");
        sandboxes().rollback(sandbox.id(), machine(), ACTOR);
        disk().write(FILE, "bad again");
        RollbackResult second = sandboxes().rollback(sandbox.id(), machine(), ACTOR);
        assertThat(second.checkpoint().id()).isEqualTo(full.id());
        assertThat(disk().text(FILE)).hasValue("good");
    }

    @Test
    void returnsToADiskCheckpointByBooting() {
        String boot = fixture.guest(sandbox).system().bootId();
        Checkpoint disk = take(CheckpointKind.DISK);
        disk().write(FILE, "bad");
        RollbackRequest request = new RollbackRequest(Optional.of(disk.id()), List.of(), true, Optional.empty());
        RollbackResult result = sandboxes().rollback(sandbox.id(), request, ACTOR);
        assertThat(result.before()).isEmpty();
        assertThat(disk().text(FILE)).hasValue("good");
        assertThat(fixture.guest(sandbox).system().bootId()).isNotEqualTo(boot);
    }

    @Test
    void returnsPathsWhileTheMachineRuns() throws Exception {
        disk().write("/home/agent/other", "old");
        take(CheckpointKind.DISK);
        disk().write(FILE, "bad");
        disk().write("/home/agent/other", "new");
        disk().write("/home/agent/litter", "x");
        try (GuestSession session = sandboxes().open(sandbox.id(), Optional.empty(), ACTOR)) {
            GuestProcess running = session.guest().start(sleep(), new SandboxFixture.Silent());
            RollbackResult result =
                    sandboxes().rollback(sandbox.id(), paths(FILE, "/home/agent/litter", "/home/agent/never"), ACTOR);
            assertThat(result.paths())
                    .containsExactly(
                            new RestoredPath(FILE, Outcome.REPLACED),
                            new RestoredPath("/home/agent/litter", Outcome.REMOVED),
                            new RestoredPath("/home/agent/never", Outcome.ABSENT));
            assertThat(result.before().orElseThrow().kind()).isEqualTo(CheckpointKind.DISK);
            assertThat(fixture.guest(sandbox).running()).isEqualTo(1);
            running.cancel();
        }
        assertThat(disk().text(FILE)).hasValue("good");
        assertThat(disk().text("/home/agent/other")).hasValue("new");
        assertThat(fixture.vms.get(new VmId(sandbox.id().value())).attachments())
                .isEmpty();
        assertThat(fixture.kinds()).containsSubsequence("paths.rolled_back", "checkpoint.created");
    }

    @Test
    void refusesHostilePathsBeforeAnythingHappens() {
        take(CheckpointKind.DISK);
        int recorded = fixture.audited.size();
        for (String path : List.of("", "x", "/a/../etc/shadow", "/a\0b", "/" + "n".repeat(300), "/", "//")) {
            assertFails(HostErrorCode.BAD_PATH, () -> sandboxes().rollback(sandbox.id(), paths(path), ACTOR));
        }
        String[] many = java.util.stream.IntStream.range(0, 1001)
                .mapToObj(n -> "/f" + n)
                .toArray(String[]::new);
        assertFails(HostErrorCode.INVALID_ARGUMENT, () -> sandboxes().rollback(sandbox.id(), paths(many), ACTOR));
        assertThat(fixture.audited).hasSize(recorded);
        assertThat(sandboxes().checkpoints(sandbox.id())).hasSize(1);
    }

    @Test
    void saysWhichCheckpointsThereAre() {
        assertFails(HostErrorCode.NO_CHECKPOINT, () -> sandboxes().rollback(sandbox.id(), machine(), ACTOR));
        assertFails(HostErrorCode.NO_CHECKPOINT, () -> sandboxes().rollback(sandbox.id(), paths(FILE), ACTOR));
        take(CheckpointKind.DISK);
        assertFails(HostErrorCode.NO_CHECKPOINT, () -> sandboxes().rollback(sandbox.id(), machine(), ACTOR));
        CheckpointId unknown = new CheckpointId("nope");
        assertFails(
                HostErrorCode.UNKNOWN_CHECKPOINT, () -> sandboxes().rollback(sandbox.id(), machineTo(unknown), ACTOR));
        assertFails(HostErrorCode.UNKNOWN_CHECKPOINT, () -> sandboxes().deleteCheckpoint(sandbox.id(), unknown, ACTOR));
    }

    @Test
    void ofTwoRollbacksAtOnceTheSecondIsRefused() throws Exception {
        Checkpoint full = take(CheckpointKind.FULL);
        // The first one waits for a guest agent that does not come up at once.
        fixture.silentBoots.set(1);
        Thread first = Thread.ofVirtual().start(() -> {
            try {
                sandboxes().rollback(sandbox.id(), machineTo(full.id()), ACTOR);
            } catch (HostException expected) {
                // Its guest stays silent.
            }
        });
        Await.until(() -> fixture.silentBoots.get() == 0);
        assertFails(
                HostErrorCode.ROLLBACK_RUNNING, () -> sandboxes().rollback(sandbox.id(), machineTo(full.id()), ACTOR));
        assertFails(HostErrorCode.ROLLBACK_RUNNING, () -> sandboxes().rollback(sandbox.id(), paths(FILE), ACTOR));
        first.join();
        // It did not answer: broken, with a reason; and the next rollback repairs it.
        assertThat(state()).isEqualTo(SandboxState.BROKEN);
        sandboxes().rollback(sandbox.id(), machineTo(full.id()), ACTOR);
        assertThat(state()).isEqualTo(SandboxState.READY);
    }

    @Test
    void whileATaskHoldsItOnlyTheTaskMayRollBack() {
        Checkpoint full =
                sandboxes().checkpoint(sandbox.id(), CheckpointKind.FULL, "before task", Optional.of(TASK), ACTOR);
        try (GuestSession session = sandboxes().open(sandbox.id(), Optional.of(TASK), ACTOR)) {
            assertThat(session.sandbox().task()).contains(TASK);
            disk().write(FILE, "bad");
            assertFails(HostErrorCode.TASK_RUNNING, () -> sandboxes().rollback(sandbox.id(), machine(), ACTOR));
            assertFails(
                    HostErrorCode.CHECKPOINT_IN_USE,
                    () -> sandboxes().deleteCheckpoint(sandbox.id(), full.id(), ACTOR));
            sandboxes()
                    .rollback(
                            sandbox.id(),
                            new RollbackRequest(Optional.of(full.id()), List.of(), true, Optional.of(TASK)),
                            ACTOR);
            assertThat(disk().text(FILE)).hasValue("good");
        }
        sandboxes().deleteCheckpoint(sandbox.id(), full.id(), ACTOR);
        assertThat(sandboxes().checkpoints(sandbox.id())).isEmpty();
    }

    @Test
    void aRollbackRepairsAMachineThatDied() throws Exception {
        take(CheckpointKind.FULL);
        disk().write(FILE, "bad");
        fixture.kill(sandbox.id());
        Await.until(() -> state() == SandboxState.BROKEN);
        assertFails(HostErrorCode.SANDBOX_BROKEN, () -> take(CheckpointKind.DISK));
        assertFails(HostErrorCode.SANDBOX_BROKEN, () -> sandboxes().rollback(sandbox.id(), paths(FILE), ACTOR));

        RollbackResult result = sandboxes().rollback(sandbox.id(), machine(), ACTOR);
        assertThat(state()).isEqualTo(SandboxState.READY);
        assertThat(disk().text(FILE)).hasValue("good");
        // What the dead machine left on its disk is not lost.
        assertThat(result.before().orElseThrow().kind()).isEqualTo(CheckpointKind.DISK);
        assertThat(fixture.kinds()).endsWith("sandbox.rolled_back", "checkpoint.created");
        sandboxes()
                .rollback(sandbox.id(), machineTo(result.before().orElseThrow().id()), ACTOR);
        assertThat(disk().text(FILE)).hasValue("bad");
    }

    @Test
    void aMachineThatDiesDuringACheckpoint() {
        fixture.guest(sandbox).system().onFreeze(() -> fixture.kill(sandbox.id()));
        assertFails(HostErrorCode.GUEST_UNREACHABLE, () -> take(CheckpointKind.DISK));
        assertThat(state()).isEqualTo(SandboxState.BROKEN);
        assertThat(sandboxes().checkpoints(sandbox.id())).isEmpty();
    }

    @Test
    void aMachineThatDiesDuringARollbackOfPaths() {
        take(CheckpointKind.FULL);
        fixture.guest(sandbox).onRestore(() -> fixture.kill(sandbox.id()));
        assertFails(HostErrorCode.GUEST_UNREACHABLE, () -> sandboxes().rollback(sandbox.id(), paths(FILE), ACTOR));
        assertThat(state()).isEqualTo(SandboxState.BROKEN);
        sandboxes().rollback(sandbox.id(), machine(), ACTOR);
        assertThat(state()).isEqualTo(SandboxState.READY);
        assertThat(fixture.vms.get(new VmId(sandbox.id().value())).attachments())
                .isEmpty();
    }

    @Test
    void aMachineThatDiesDuringARollbackOfTheMachine() throws Exception {
        Checkpoint full = take(CheckpointKind.FULL);
        fixture.silentBoots.set(1);
        Thread rolling = Thread.ofVirtual().start(() -> {
            try {
                sandboxes().rollback(sandbox.id(), machineTo(full.id()), ACTOR);
            } catch (HostException expected) {
                // Died on the way.
            }
        });
        Await.until(() -> fixture.silentBoots.get() == 0);
        fixture.kill(sandbox.id());
        rolling.join();
        assertThat(state()).isEqualTo(SandboxState.BROKEN);
        sandboxes().rollback(sandbox.id(), machineTo(full.id()), ACTOR);
        assertThat(state()).isEqualTo(SandboxState.READY);
    }

    @Test
    void aDeadGuestAgentDoesNotKeepTheMachineFromGoingBack() {
        take(CheckpointKind.FULL);
        fixture.guest(sandbox).close();
        sandboxes().rollback(sandbox.id(), machine(), ACTOR);
        assertThat(state()).isEqualTo(SandboxState.READY);
    }

    @Test
    void aFullHostDiskRefusesACheckpointWithNumbersAndChangesNothing() {
        fixture.capacity.disk = DataSize.ofMebibytes(1300);
        assertFails(HostErrorCode.HOST_DISK_FULL, () -> take(CheckpointKind.FULL));
        assertThat(take(CheckpointKind.DISK).kind()).isEqualTo(CheckpointKind.DISK);
        fixture.capacity.disk = DataSize.ofMebibytes(300);
        assertFails(HostErrorCode.HOST_DISK_FULL, () -> take(CheckpointKind.DISK));
        assertThat(sandboxes().checkpoints(sandbox.id())).hasSize(1);
        fixture.capacity.disk = DataSize.ofGibibytes(50);
    }

    @Test
    void withoutARecordNothingIsCheckpointedOrRolledBack() {
        Checkpoint full = take(CheckpointKind.FULL);
        disk().write(FILE, "bad");
        fixture.auditWorks = false;
        assertFails(HostErrorCode.AUDIT_UNAVAILABLE, () -> take(CheckpointKind.DISK));
        assertFails(HostErrorCode.AUDIT_UNAVAILABLE, () -> sandboxes().rollback(sandbox.id(), machine(), ACTOR));
        assertFails(HostErrorCode.AUDIT_UNAVAILABLE, () -> sandboxes().rollback(sandbox.id(), paths(FILE), ACTOR));
        fixture.auditWorks = true;
        assertThat(disk().text(FILE)).hasValue("bad");
        assertThat(sandboxes().checkpoints(sandbox.id()))
                .extracting(Checkpoint::id)
                .containsExactly(full.id());
    }

    @Test
    void dropsTheOldestDiskCheckpointsWhenThereAreMany() {
        for (int count = 0; count < 8; count++) {
            take(CheckpointKind.DISK);
        }
        assertThat(sandboxes().checkpoints(sandbox.id())).hasSize(5);
        assertThat(fixture.kinds().stream().filter("checkpoint.deleted"::equals))
                .hasSize(3);
    }

    @Test
    void theCheckpointThatIsReturnedToIsNeverSurplus() {
        disk().write(FILE, "first");
        Checkpoint oldest = take(CheckpointKind.DISK);
        disk().write(FILE, "later");
        for (int count = 1; count < 5; count++) {
            take(CheckpointKind.DISK);
        }
        sandboxes()
                .rollback(
                        sandbox.id(),
                        new RollbackRequest(Optional.of(oldest.id()), List.of(FILE), false, Optional.empty()),
                        ACTOR);
        assertThat(disk().text(FILE)).hasValue("first");
        assertThat(sandboxes().checkpoints(sandbox.id()))
                .extracting(Checkpoint::id)
                .contains(oldest.id());
    }

    @Test
    void aMachineThatDoesNotAnswerAfterARollbackStandsStill() {
        Checkpoint disk = take(CheckpointKind.DISK);
        fixture.silentBoots.set(5);
        assertFails(
                HostErrorCode.GUEST_UNREACHABLE, () -> sandboxes().rollback(sandbox.id(), machineTo(disk.id()), ACTOR));
        assertThat(state()).isEqualTo(SandboxState.BROKEN);
        Vm machine = fixture.vms.get(new VmId(sandbox.id().value()));
        assertThat(machine.state()).isEqualTo(VmState.PAUSED);
        sandboxes().putToRest(true, ACTOR);
        assertThat(machine.state()).isEqualTo(VmState.STOPPED);
        fixture.silentBoots.set(0);
        sandboxes().rollback(sandbox.id(), machineTo(disk.id()), ACTOR);
        assertThat(state()).isEqualTo(SandboxState.READY);
    }

    @Test
    void aFullCheckpointSetsTheClockThatStoodStillMeanwhile() {
        int before = fixture.guest(sandbox).system().entropy().size();
        take(CheckpointKind.FULL);
        assertThat(fixture.guest(sandbox).system().entropy()).hasSize(before + 1);
    }

    @Test
    void aPausedOrSavedSandboxCanBeCheckpointedAndRolledBack() {
        sandboxes().pause(sandbox.id(), false, ACTOR);
        Checkpoint full = take(CheckpointKind.FULL);
        assertThat(state()).isEqualTo(SandboxState.PAUSED);
        sandboxes().pause(sandbox.id(), true, ACTOR);
        sandboxes().rollback(sandbox.id(), machineTo(full.id()), ACTOR);
        assertThat(state()).isEqualTo(SandboxState.READY);
        assertThat(disk().text(FILE)).hasValue("good");
    }

    @Test
    void differentSandboxesDoNotWaitForEachOther() throws Exception {
        Checkpoint full = take(CheckpointKind.FULL);
        Sandbox other = fixture.create();
        fixture.silentBoots.set(1);
        CountDownLatch over = new CountDownLatch(1);
        Thread.ofVirtual().start(() -> {
            try {
                sandboxes().rollback(sandbox.id(), machineTo(full.id()), ACTOR);
            } catch (HostException silent) {
                over.countDown();
            }
        });
        Await.until(() -> fixture.silentBoots.get() == 0);
        sandboxes().checkpoint(other.id(), CheckpointKind.DISK, "", Optional.empty(), ACTOR);
        assertThat(over.getCount()).isEqualTo(1);
        assertThat(over.await(60, TimeUnit.SECONDS)).isTrue();
    }
}
