package dev.mulligan.host.sandbox;

import static dev.mulligan.host.sandbox.SandboxFixture.ACTOR;
import static dev.mulligan.host.sandbox.SandboxLifeTest.assertFails;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import dev.mulligan.host.SandboxId;
import dev.mulligan.host.TaskId;
import dev.mulligan.host.audit.AuditEvent;
import dev.mulligan.host.guest.Await;
import dev.mulligan.vm.Checkpoint;
import dev.mulligan.vm.CheckpointKind;
import dev.mulligan.vm.DataSize;
import dev.mulligan.vm.Priority;
import dev.mulligan.vm.Vm;
import dev.mulligan.vm.VmState;
import dev.mulligan.vm.checkpoint.Retention;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Many from one: forks of a sandbox, and what becomes of them on bad days. */
@Timeout(240)
final class ForkTest {
    private final SandboxFixture fixture = new SandboxFixture();

    @AfterEach
    void leavesNothing() {
        fixture.close();
    }

    private List<Sandbox> fork(Sandbox parent, int count, String... names) {
        return fixture.sandboxes.fork(parent.id(), new ForkRequest(count, List.of(names), Map.of()), ACTOR, step -> {});
    }

    /** One that somebody has been in: it is not any more as its template is. */
    private Sandbox used() {
        Sandbox sandbox = fixture.create();
        use(sandbox);
        return sandbox;
    }

    /** Without the beginning that every clone has. */
    private List<Checkpoint> own(Sandbox sandbox) {
        return fixture.sandboxes.checkpoints(sandbox.id()).stream()
                .filter(checkpoint -> !checkpoint.label().equals(Checkpoint.FROM_TEMPLATE))
                .toList();
    }

    private void use(Sandbox sandbox) {
        try (GuestSession session = fixture.sandboxes.open(sandbox.id(), Optional.empty(), ACTOR)) {
            var _ = session.guest().health();
        }
    }

    /** In memory and on disk. */
    private void be(Sandbox sandbox, String what) {
        fixture.guest(sandbox).system().memory().put("idea", what);
        write(sandbox, what);
    }

    private void write(Sandbox sandbox, String content) {
        fixture.guest(sandbox).disk().write("/home/agent/note", content);
    }

    private String note(Sandbox sandbox) {
        return fixture.guest(sandbox).disk().text("/home/agent/note").orElse("nothing");
    }

    private void assertOnly(Sandbox... sandboxes) {
        assertThat(fixture.sandboxes.list(Map.of()))
                .extracting(Sandbox::id)
                .containsExactlyInAnyOrderElementsOf(
                        List.of(sandboxes).stream().map(Sandbox::id).toList());
        assertThat(fixture.vms.list()).hasSize(sandboxes.length);
        assertThat(fixture.journal.all()).hasSize(sandboxes.length);
        assertThat(fixture.sandboxes.leftovers()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7, 32})
    void allGoOnFromTheSameMomentAndThenDiverge(int count) {
        Sandbox parent = used();
        write(parent, "before");
        fixture.guest(parent).system().memory().put("idea", "half a sentence");
        List<Sandbox> forks = fork(parent, count);

        assertThat(forks).hasSize(count).allSatisfy(fork -> {
            assertThat(fork.state()).isEqualTo(SandboxState.READY);
            assertThat(note(fork)).isEqualTo("before");
            assertThat(fixture.guest(fork).system().memory()).containsEntry("idea", "half a sentence");
        });
        forks.forEach(fork -> write(fork, fork.name()));
        assertThat(forks).allSatisfy(fork -> assertThat(note(fork)).isEqualTo(fork.name()));
        assertThat(note(parent)).isEqualTo("before");
        assertThat(fixture.sandboxes.get(parent.name()).state()).isEqualTo(SandboxState.READY);
    }

    @Test
    void eachChildGetsClockAndEntropyOfItsOwnBeforeItIsUsed() {
        Sandbox parent = used();
        List<Sandbox> forks = fork(parent, 3);
        Set<ByteString> seeds = new HashSet<>();
        forks.forEach(fork -> {
            assertThat(fixture.guest(fork).system().asked()).startsWith("resynchronise");
            assertThat(fixture.guest(fork).system().clock()).isEqualTo(fixture.clock.instant());
            seeds.addAll(fixture.guest(fork).system().entropy());
        });
        // Each hears twice: with the preamble, and when it becomes somebody of its own.
        assertThat(seeds).hasSize(6);
    }

    @Test
    void aForkIsSomebodyOfItsOwnAndStaysSo() {
        Sandbox parent = used();
        List<Sandbox> forks = fork(parent, 2);
        Set<String> ids = new HashSet<>(Set.of(machineId(parent)));
        forks.forEach(fork -> assertThat(ids.add(machineId(fork))).isTrue());
        Sandbox fork = forks.getFirst();
        String before = machineId(fork);
        fixture.sandboxes.pause(fork.id(), true, ACTOR);
        fixture.sandboxes.resume(fork.id(), ACTOR);
        assertThat(machineId(fork)).isEqualTo(before);
    }

    private String machineId(Sandbox sandbox) {
        return fixture.guest(sandbox).system().identities().getLast().getMachineId();
    }

    @Test
    void childrenInheritWhatIsNotTheHostsOwn() {
        Sandbox parent = fixture.sandboxes.create(
                new SandboxRequest(
                        Optional.of("parent"),
                        "base",
                        Optional.of(new SandboxSize(DataSize.ofMebibytes(768), 1, DataSize.ofGibibytes(2))),
                        Map.of("team", "blue", "mulligan.task", "t-1", "mulligan.try", "old"),
                        Map.of("A", "1"),
                        new IdleTimeouts(Optional.of(Duration.ofSeconds(7)), Optional.empty(), Optional.empty()),
                        Optional.empty()),
                ACTOR,
                step -> {});
        List<Sandbox> forks = fixture.sandboxes.fork(
                parent.id(), new ForkRequest(2, List.of("left"), Map.of("mulligan.try", "new")), ACTOR, step -> {});
        assertThat(forks.getFirst().name()).isEqualTo("left");
        assertThat(forks).allSatisfy(fork -> {
            assertThat(fork.labels()).isEqualTo(Map.of("team", "blue", "mulligan.try", "new"));
            assertThat(fork.environment()).isEqualTo(parent.environment());
            assertThat(fork.size()).isEqualTo(parent.size());
            assertThat(fork.idle()).isEqualTo(parent.idle());
            assertThat(fork.imageDigest()).isEqualTo(parent.imageDigest());
            assertThat(fork.task()).isEmpty();
        });
    }

    @Test
    void itIsOnRecordBeforeItHappensAndTheCheckpointIsGoneAfterwards() {
        Sandbox parent = used();
        Checkpoint kept =
                fixture.sandboxes.checkpoint(parent.id(), CheckpointKind.FULL, "mine", Optional.empty(), ACTOR);
        fixture.audited.clear();
        List<Sandbox> forks = fork(parent, 2);
        assertThat(fixture.kinds())
                .containsExactly(
                        "sandbox.forked",
                        "sandbox.created",
                        "sandbox.created",
                        "checkpoint.created",
                        "checkpoint.deleted");
        AuditEvent forked = fixture.audited.getFirst();
        assertThat(forked.sandbox()).contains(parent.id());
        assertThat(forked.details().get("children"))
                .contains(forks.getFirst().id().value())
                .contains(forks.getLast().id().value());
        assertThat(fixture.audited.get(1).details())
                .containsEntry("forked_from", parent.id().value());
        assertThat(own(parent)).containsExactly(kept);
        assertThat(fixture.sandboxes.checkpoints(forks.getFirst().id())).isEmpty();
    }

    @Test
    void oneThatNobodyHasBeenInIsForkedFromItsBeginningWhichStays() {
        Sandbox parent = fixture.create();
        List<Sandbox> forks = fork(parent, 2);
        assertThat(forks).allSatisfy(fork -> assertThat(fork.state()).isEqualTo(SandboxState.READY));
        assertThat(fixture.sandboxes.checkpoints(parent.id()))
                .extracting(Checkpoint::label)
                .containsExactly(Checkpoint.FROM_TEMPLATE);
        assertThat(fixture.kinds()).doesNotContain("checkpoint.deleted");
    }

    @Test
    void withoutARecordNothingIsForked() {
        Sandbox parent = used();
        fixture.auditWorks = false;
        assertFails(HostErrorCode.AUDIT_UNAVAILABLE, () -> fork(parent, 2));
        fixture.auditWorks = true;
        assertOnly(parent);
    }

    @Test
    void aPausedParentStaysPausedAndASavedOneIsResumed() {
        Sandbox parent = used();
        write(parent, "x");
        fixture.sandboxes.pause(parent.id(), false, ACTOR);
        Sandbox first = fork(parent, 1).getFirst();
        assertThat(first.state()).isEqualTo(SandboxState.READY);
        assertThat(fixture.sandboxes.get(parent.name()).state()).isEqualTo(SandboxState.PAUSED);

        fixture.sandboxes.pause(parent.id(), true, ACTOR);
        Sandbox second = fork(parent, 1).getFirst();
        assertThat(note(second)).isEqualTo("x");
        assertThat(fixture.sandboxes.get(parent.name()).state()).isEqualTo(SandboxState.READY);
    }

    @Test
    void aForkCanBeForkedAndOutlivesItsParentAndItsChildren() {
        Sandbox parent = used();
        write(parent, "first");
        Sandbox child = fork(parent, 1).getFirst();
        write(child, "second");
        Sandbox grandchild = fork(child, 1).getFirst();
        fixture.sandboxes.delete(parent.id(), false, ACTOR);
        fixture.sandboxes.delete(child.id(), false, ACTOR);
        assertThat(note(grandchild)).isEqualTo("second");
        Checkpoint checkpoint =
                fixture.sandboxes.checkpoint(grandchild.id(), CheckpointKind.FULL, "own", Optional.empty(), ACTOR);
        write(grandchild, "third");
        fixture.sandboxes.rollback(grandchild.id(), SandboxFixture.machineTo(checkpoint.id()), ACTOR);
        assertThat(note(grandchild)).isEqualTo("second");
    }

    @Test
    void aChildThatFallsSilentOnceIsMadeAnew() {
        Sandbox parent = used();
        write(parent, "kept");
        fixture.silentBoots.set(1);
        List<Sandbox> forks = fork(parent, 3);
        assertThat(forks).allSatisfy(fork -> assertThat(note(fork)).isEqualTo("kept"));
        assertThat(own(parent)).isEmpty();
        assertThat(discarded()).isEqualTo(1);
    }

    private long discarded() {
        return fixture.sandboxes.templates().list().getFirst().discarded();
    }

    @Test
    void childrenThatStaySilentUndoAll() {
        Sandbox parent = used();
        fixture.silentBoots.set(100);
        assertFails(HostErrorCode.GUEST_UNREACHABLE, () -> fork(parent, 2));
        fixture.silentBoots.set(0);
        assertOnly(parent);
        assertThat(own(parent)).isEmpty();
        assertThat(fixture.kinds()).contains("sandbox.not_created");
        assertThat(discarded()).as("each attempt of at least one").isGreaterThanOrEqualTo(2);
    }

    @Test
    void refusesWhatCannotBeForked() {
        Sandbox parent = used();
        assertFails(HostErrorCode.INVALID_ARGUMENT, () -> fork(parent, 0));
        assertFails(HostErrorCode.INVALID_ARGUMENT, () -> fork(parent, 33));
        assertFails(HostErrorCode.INVALID_ARGUMENT, () -> fork(parent, 1, "a", "b"));
        assertFails(HostErrorCode.INVALID_ARGUMENT, () -> fork(parent, 2, "a", "a"));
        assertFails(HostErrorCode.INVALID_ARGUMENT, () -> fork(parent, 1, "No Name"));
        assertFails(HostErrorCode.NAME_TAKEN, () -> fork(parent, 2, "free", parent.name()));
        fixture.capacity.memory = DataSize.ofMebibytes(100);
        assertFails(HostErrorCode.HOST_MEMORY, () -> fork(parent, 1));
        fixture.capacity.memory = DataSize.ofGibibytes(8);
        fixture.capacity.disk = DataSize.ofMebibytes(100);
        assertFails(HostErrorCode.HOST_DISK_FULL, () -> fork(parent, 1));
        fixture.capacity.disk = DataSize.ofGibibytes(100);
        try (GuestSession _ = fixture.sandboxes.open(parent.id(), Optional.of(new TaskId("t-1")), ACTOR)) {
            assertFails(HostErrorCode.TASK_RUNNING, () -> fork(parent, 1));
        }
        fixture.kill(parent.id());
        assertFails(HostErrorCode.SANDBOX_BROKEN, () -> fork(parent, 1));
        assertOnly(parent);
    }

    @Test
    void aSandboxThatWasBootedCannotBeForked() {
        fixture.vms.forbidTemplates("QEMU is too old");
        Sandbox booted = fixture.create();
        assertFails(HostErrorCode.UNSUPPORTED, () -> fork(booted, 1));
        assertOnly(booted);
        assertThat(fixture.kinds()).containsExactly("sandbox.created");
    }

    @Test
    void aParentThatDiesInTheMiddleTakesNoChildWithIt() {
        Sandbox parent = used();
        write(parent, "kept");
        List<Sandbox> forks =
                fixture.sandboxes.fork(parent.id(), new ForkRequest(3, List.of(), Map.of()), ACTOR, step -> {
                    if (step.startsWith("starting")) {
                        fixture.kill(parent.id());
                    }
                });
        assertThat(forks).hasSize(3).allSatisfy(fork -> assertThat(note(fork)).isEqualTo("kept"));
        Await.until(() -> fixture.sandboxes.get(parent.name()).state() == SandboxState.BROKEN);
    }

    @Test
    void aParentThatDiesBeforeItsMomentIsTakenUndoesAll() {
        Sandbox parent = used();
        assertFails(
                HostErrorCode.GUEST_UNREACHABLE,
                () -> fixture.sandboxes.fork(parent.id(), new ForkRequest(3, List.of(), Map.of()), ACTOR, step -> {
                    if (step.startsWith("taking")) {
                        fixture.kill(parent.id());
                    }
                }));
        assertOnly(parent);
    }

    @Test
    void aHostAgentThatIsKilledInTheMiddleLeavesTheParentOnly() throws Exception {
        killedAt("starting", 3, 3, 1);
    }

    @Test
    void aHostAgentThatIsKilledWhenTheFirstAnswersLeavesTheParentOnly() throws Exception {
        fixture.capacity.processors = 1;
        // Of two: what this leaves behind of the program waits for the other, and has nothing to do afterwards.
        killedAt("1 of 2", 2, 1, 3);
    }

    @Test
    void aHostAgentThatIsKilledWhenAllAnswerLeavesTheParentOnly() throws Exception {
        killedAt("3 of 3", 3, 3, 4);
    }

    private Stream<Vm> running() {
        return fixture.vms.list().stream().filter(vm -> vm.state() == VmState.RUNNING);
    }

    /**
     * Kills it in the middle of a fork.
     *
     * @param answering how many of so many children do
     * @param running how many machines run at that moment, or will soon
     */
    private void killedAt(String moment, int count, int answering, int running) throws Exception {
        Sandbox parent = used();
        fixture.lastBoots.set(answering);
        CountDownLatch reached = new CountDownLatch(1);
        Thread forking = Thread.ofVirtual().start(() -> {
            try {
                fixture.sandboxes.fork(parent.id(), new ForkRequest(count, List.of(), Map.of()), ACTOR, step -> {
                    if (step.startsWith(moment)) {
                        reached.countDown();
                        sleepUntilInterrupted();
                    }
                });
            } catch (HostException | dev.mulligan.vm.VmException gone) {
                // Of a program that does not run any more.
            }
        });
        try {
            reached.await();
            assertThat(fixture.vms.list()).hasSize(count + 1);
            // Nothing here ends the threads of the one that is killed: they are to be out of their verbs.
            Await.until(() -> running().count() == running);
            running().forEach(vm -> vm.prioritise(Priority.NORMAL));
            fixture.kill();
            assertOnly(parent);
            assertThat(own(parent))
                    .as("a checkpoint like any other")
                    .extracting(Checkpoint::label)
                    .containsExactly(Forking.LABEL);
        } finally {
            forking.interrupt();
            forking.join();
        }
    }

    @Test
    void oneThatAnswersIsOfNoUseBeforeAllDo() {
        Sandbox parent = used();
        List<Sandbox> forks = forkAnd(parent, child -> {
            assertThat(fixture.sandboxes.get(child.value()).state()).isEqualTo(SandboxState.STARTING);
            assertFails(HostErrorCode.SANDBOX_BROKEN, () -> fixture.sandboxes.open(child, Optional.empty(), ACTOR));
            assertFails(HostErrorCode.SANDBOX_BROKEN, () -> fixture.sandboxes.pause(child, false, ACTOR));
        });
        assertThat(forks).hasSize(2).allSatisfy(fork -> assertThat(fork.state()).isEqualTo(SandboxState.READY));
    }

    @Test
    void oneThatDiesBeforeAllAnswerUndoesAll() {
        Sandbox parent = used();
        assertFails(HostErrorCode.GUEST_UNREACHABLE, () -> forkAnd(parent, fixture::kill));
        assertOnly(parent);
    }

    @Test
    void oneThatIsDeletedBeforeAllAnswerUndoesAll() {
        Sandbox parent = used();
        assertFails(
                HostErrorCode.UNKNOWN_SANDBOX,
                () -> forkAnd(parent, child -> fixture.sandboxes.delete(child, false, ACTOR)));
        assertOnly(parent);
    }

    /** Two, and does something with one of them when both answer. */
    private List<Sandbox> forkAnd(Sandbox parent, Consumer<SandboxId> work) {
        return fixture.sandboxes.fork(parent.id(), new ForkRequest(2, List.of(), Map.of()), ACTOR, step -> {
            if (step.startsWith("2 of 2")) {
                fixture.sandboxes.list(Map.of()).stream()
                        .map(Sandbox::id)
                        .filter(id -> !id.equals(parent.id()))
                        .findFirst()
                        .ifPresent(work);
            }
        });
    }

    /** What a process that is killed does no more. */
    private static void sleepUntilInterrupted() {
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException over) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void anInterruptedForkLeavesNothing() throws Exception {
        Sandbox parent = used();
        fixture.silentBoots.set(100);
        CountDownLatch reached = new CountDownLatch(1);
        AtomicReference<Throwable> failure = new AtomicReference<>(new AssertionError("it did not fail"));
        Thread forking = Thread.ofVirtual().start(() -> {
            try {
                fixture.sandboxes.fork(parent.id(), new ForkRequest(3, List.of(), Map.of()), ACTOR, step -> {
                    if (step.startsWith("starting")) {
                        reached.countDown();
                    }
                });
            } catch (HostException cancelled) {
                failure.set(cancelled);
            }
        });
        reached.await();
        forking.interrupt();
        forking.join();
        fixture.silentBoots.set(0);
        assertThat(failure.get())
                .isInstanceOfSatisfying(
                        HostException.class, failed -> assertThat(failed.code()).isEqualTo(HostErrorCode.CANCELLED));
        assertOnly(parent);
    }

    @Test
    void forksCheckpointsAndRollbacksOfOneSandboxTakeTurns() throws Exception {
        Sandbox parent = used();
        be(parent, "then");
        Checkpoint before =
                fixture.sandboxes.checkpoint(parent.id(), CheckpointKind.FULL, "before", Optional.empty(), ACTOR);
        be(parent, "later");
        List<Callable<List<Sandbox>>> work = new ArrayList<>();
        for (int count = 0; count < 4; count++) {
            work.add(() -> fork(parent, 3));
        }
        work.add(() -> {
            fixture.sandboxes.rollback(parent.id(), SandboxFixture.machineTo(before.id()), ACTOR);
            return List.of();
        });
        work.add(() -> {
            fixture.sandboxes.checkpoint(parent.id(), CheckpointKind.DISK, "disk", Optional.empty(), ACTOR);
            return List.of();
        });
        Set<SandboxId> ids = new HashSet<>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Future<List<Sandbox>> one : threads.invokeAll(work)) {
                Set<String> moments = new HashSet<>();
                for (Sandbox fork : one.get()) {
                    assertThat(ids.add(fork.id())).isTrue();
                    moments.add(note(fork));
                    moments.add(fixture.guest(fork).system().memory().get("idea"));
                }
                assertThat(moments).as("memory and disk, of all forks").hasSizeLessThanOrEqualTo(1);
                assertThat(moments).isSubsetOf("then", "later");
            }
        }
        assertThat(ids).hasSize(12);
        assertThat(note(parent)).isEqualTo("then");
        assertThat(fixture.sandboxes.checkpoints(parent.id()))
                .extracting(Checkpoint::label)
                .doesNotContain(Forking.LABEL);
    }

    @Test
    void noCheckpointGivesWayToThatOfAFork() {
        try (SandboxFixture full =
                new SandboxFixture(0, Duration.ofSeconds(15), new Retention(5, DataSize.ofBytes(1)))) {
            Sandbox parent = full.create();
            try (GuestSession session = full.sandboxes.open(parent.id(), Optional.empty(), ACTOR)) {
                var _ = session.guest().health();
            }
            Checkpoint only =
                    full.sandboxes.checkpoint(parent.id(), CheckpointKind.FULL, "mine", Optional.empty(), ACTOR);
            var _ = full.sandboxes.fork(parent.id(), new ForkRequest(2, List.of(), Map.of()), ACTOR, step -> {});
            assertThat(full.sandboxes.checkpoints(parent.id()))
                    .extracting(Checkpoint::id)
                    .containsExactly(only.id());
        }
    }
}
