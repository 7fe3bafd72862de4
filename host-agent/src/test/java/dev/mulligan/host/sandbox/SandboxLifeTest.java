package dev.mulligan.host.sandbox;

import static dev.mulligan.host.sandbox.SandboxFixture.ACTOR;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import dev.mulligan.host.TaskId;
import dev.mulligan.host.guest.Await;
import dev.mulligan.host.guest.GuestProcess;
import dev.mulligan.host.guest.ProcessSpec;
import dev.mulligan.host.guest.ProcessSpec.ProcessLimits;
import dev.mulligan.vm.CheckpointKind;
import dev.mulligan.vm.DataSize;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Create, use, pause, save, resume, idle, delete; and a host agent that starts again. */
@Timeout(120)
final class SandboxLifeTest {
    private static final TaskId TASK = new TaskId("task-1");

    private final SandboxFixture fixture = new SandboxFixture();

    @AfterEach
    void close() {
        fixture.close();
    }

    private VmSandboxes sandboxes() {
        return fixture.sandboxes;
    }

    @Test
    void createsASandboxThatWorksWhereThereAreNoTemplates() throws Exception {
        fixture.vms.forbidTemplates("QEMU is too old");
        List<String> steps = new ArrayList<>();
        Sandbox sandbox = sandboxes().create(SandboxFixture.request(), ACTOR, steps::add);

        assertThat(sandbox.state()).isEqualTo(SandboxState.READY);
        assertThat(sandbox.name()).matches("[a-z]+-[a-z]+");
        assertThat(steps).containsExactly("making the machine", "booting", "waiting for the guest agent");
        assertThat(sandboxes().get(sandbox.name()).id()).isEqualTo(sandbox.id());
        assertThat(sandboxes().get(sandbox.id().value()).name()).isEqualTo(sandbox.name());
        assertThat(run(sandbox, "true")).isZero();
        assertThat(fixture.kinds()).containsExactly("sandbox.created");
    }

    @Test
    void recordsBeforeItActs() {
        fixture.auditWorks = false;
        assertFails(HostErrorCode.AUDIT_UNAVAILABLE, fixture::create);
        assertThat(fixture.vms.list()).isEmpty();
        assertThat(fixture.journal.all()).isEmpty();
        assertThat(sandboxes().list(Map.of())).isEmpty();

        fixture.auditWorks = true;
        Sandbox sandbox = fixture.create();
        fixture.auditWorks = false;
        assertFails(HostErrorCode.AUDIT_UNAVAILABLE, () -> sandboxes().pause(sandbox.id(), false, ACTOR));
        assertFails(HostErrorCode.AUDIT_UNAVAILABLE, () -> sandboxes().delete(sandbox.id(), true, ACTOR));
        assertThat(sandboxes().get(sandbox.name()).state()).isEqualTo(SandboxState.READY);
        fixture.auditWorks = true;
    }

    @Test
    void aBootThatHangsIsTriedOnceMore() throws Exception {
        fixture.vms.forbidTemplates("QEMU is too old");
        fixture.silentBoots.set(1);
        List<String> steps = new ArrayList<>();
        Sandbox sandbox = sandboxes().create(SandboxFixture.request(), ACTOR, steps::add);
        assertThat(steps).anyMatch(step -> step.startsWith("booting once more"));
        assertThat(run(sandbox, "true")).isZero();
    }

    @Test
    void aBootThatHangsAgainLeavesNothing() {
        fixture.vms.forbidTemplates("QEMU is too old");
        fixture.silentBoots.set(2);
        assertFails(HostErrorCode.GUEST_UNREACHABLE, fixture::create);
        assertNothingLeft();
        assertThat(fixture.kinds()).containsExactly("sandbox.created", "sandbox.not_created");
    }

    @Test
    void anInterruptedCreationLeavesNothing() throws Exception {
        fixture.vms.forbidTemplates("QEMU is too old");
        fixture.silentBoots.set(2);
        CountDownLatch booting = new CountDownLatch(1);
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        Thread creator = Thread.ofVirtual().start(() -> {
            try {
                sandboxes().create(SandboxFixture.request(), ACTOR, step -> {
                    if (step.startsWith("waiting")) {
                        booting.countDown();
                    }
                });
            } catch (Throwable expected) {
                thrown.set(expected);
            }
        });
        assertThat(booting.await(60, TimeUnit.SECONDS)).isTrue();
        creator.interrupt();
        creator.join();
        assertThat(thrown.get())
                .isInstanceOfSatisfying(
                        HostException.class,
                        problem -> assertThat(problem.code()).isEqualTo(HostErrorCode.CANCELLED));
        assertNothingLeft();
    }

    private void assertNothingLeft() {
        assertThat(fixture.vms.list()).isEmpty();
        assertThat(fixture.journal.all()).isEmpty();
        assertThat(sandboxes().list(Map.of())).isEmpty();
        assertThat(sandboxes().leftovers()).isEmpty();
    }

    @Test
    void refusesWhatThisHostCannotGive() {
        fixture.capacity.memory = DataSize.ofMebibytes(300);
        assertThatExceptionOfType(HostException.class)
                .isThrownBy(fixture::create)
                .matches(problem -> problem.code() == HostErrorCode.HOST_MEMORY)
                .withMessageContaining("512.0 MiB")
                .withMessageContaining("300.0 MiB");
        fixture.capacity.memory = DataSize.ofGibibytes(8);

        fixture.capacity.disk = DataSize.ofMebibytes(1200);
        assertThatExceptionOfType(HostException.class)
                .isThrownBy(fixture::create)
                .matches(problem -> problem.code() == HostErrorCode.HOST_DISK_FULL)
                .withMessageContaining("1.2 GiB available")
                .withMessageContaining("1.5 GiB");
        assertNothingLeft();
    }

    @Test
    void refusesBadRequests() {
        assertFails(HostErrorCode.UNKNOWN_IMAGE, () -> create("other", Optional.empty(), Optional.empty()));
        for (String name : List.of("", "A", "a_b", "-a", "a-", "x".repeat(64), "sb-0123456789", "a/../b")) {
            assertFails(HostErrorCode.INVALID_ARGUMENT, () -> create("base", Optional.of(name), Optional.empty()));
        }
        assertFails(HostErrorCode.INVALID_ARGUMENT, () -> create(size(DataSize.ofMebibytes(64), 1, 1)));
        assertFails(HostErrorCode.HOST_MEMORY, () -> create(size(DataSize.ofGibibytes(64), 1, 1)));
        assertFails(HostErrorCode.INVALID_ARGUMENT, () -> create(size(DataSize.ofMebibytes(512), 5, 1)));
        assertFails(HostErrorCode.INVALID_ARGUMENT, () -> create(size(DataSize.ofMebibytes(512), 0, 1)));
        assertFails(HostErrorCode.INVALID_ARGUMENT, () -> create(size(DataSize.ofMebibytes(512), 1, 0)));
        assertFails(HostErrorCode.INVALID_ARGUMENT, () -> create(size(DataSize.ofMebibytes(512), 1, 2000)));
        assertNothingLeft();
    }

    private static SandboxSize size(DataSize memory, int processors, int diskGibibytes) {
        return new SandboxSize(memory, processors, DataSize.ofGibibytes(diskGibibytes));
    }

    private Sandbox create(SandboxSize size) {
        return create("base", Optional.empty(), Optional.of(size));
    }

    private Sandbox create(String image, Optional<String> name, Optional<SandboxSize> size) {
        return sandboxes()
                .create(
                        new SandboxRequest(
                                name, image, size, Map.of(), Map.of(), IdleTimeouts.DEFAULT, Optional.empty()),
                        ACTOR,
                        step -> {});
    }

    @Test
    void namesAreUnique() {
        create("base", Optional.of("mine"), Optional.empty());
        assertFails(HostErrorCode.NAME_TAKEN, () -> create("base", Optional.of("mine"), Optional.empty()));
        assertFails(HostErrorCode.UNKNOWN_SANDBOX, () -> sandboxes().get("yours"));
    }

    @Test
    void listsByLabelsAndGivesItsEnvironmentToPrograms() throws Exception {
        SandboxRequest request = new SandboxRequest(
                Optional.empty(),
                "base",
                Optional.empty(),
                Map.of("team", "red", "stage", "test"),
                Map.of("GREETING", "hello", "OTHER", "x"),
                IdleTimeouts.DEFAULT,
                Optional.empty());
        Sandbox sandbox = sandboxes().create(request, ACTOR, step -> {});
        assertThat(sandboxes().list(Map.of("team", "red")))
                .extracting(Sandbox::id)
                .containsExactly(sandbox.id());
        assertThat(sandboxes().list(Map.of("team", "red", "stage", "live"))).isEmpty();

        StringBuilder output = new StringBuilder();
        try (GuestSession session = sandboxes().open(sandbox.id(), Optional.empty(), ACTOR)) {
            ProcessSpec spec = new ProcessSpec(
                    List.of("env"), Map.of("OTHER", "y"), "", "agent", Optional.empty(), ProcessLimits.NONE);
            session.guest().start(spec, new Printed(output)).await();
        }
        assertThat(output).contains("GREETING=hello\n").contains("OTHER=y\n");
    }

    private record Printed(StringBuilder text) implements dev.mulligan.host.guest.Guest.OutputListener {
        @Override
        public void stdout(byte[] data) {
            text.append(new String(data, StandardCharsets.UTF_8));
        }

        @Override
        public void stderr(byte[] data) {}
    }

    /** Its processes do not see the time that a host is suspended, but for the clock on the wall. */
    @Test
    void aHostThatSleptSetsTheClocksOfWhatRuns() throws Exception {
        Sandbox running = fixture.create();
        Sandbox paused = fixture.create();
        assertThat(run(running, "true")).isZero();
        Instant before = fixture.guest(paused).system().clock();
        sandboxes().pause(paused.id(), false, ACTOR);
        fixture.clock.sleep(Duration.ofMinutes(5));
        sandboxes().look();
        Await.until(() -> fixture.guest(running).system().clock().equals(fixture.clock.instant()));
        assertThat(fixture.guest(paused).system().clock()).isEqualTo(before);
        assertThat(sandboxes().resume(paused.id(), ACTOR).state()).isEqualTo(SandboxState.READY);
        assertThat(fixture.guest(paused).system().clock()).isEqualTo(fixture.clock.instant());
    }

    @Test
    void pausesSavesAndGoesOnMidBreath() throws Exception {
        Sandbox sandbox = fixture.create();
        fixture.guest(sandbox).system().memory().put("thought", "kept");
        assertThat(sandboxes().pause(sandbox.id(), false, ACTOR).state()).isEqualTo(SandboxState.PAUSED);
        assertThat(sandboxes().pause(sandbox.id(), false, ACTOR).state()).isEqualTo(SandboxState.PAUSED);
        fixture.clock.pass(Duration.ofHours(1));
        assertThat(sandboxes().resume(sandbox.id(), ACTOR).state()).isEqualTo(SandboxState.READY);
        // It stood still with the machine, and the connection outlived the pause.
        assertThat(fixture.guest(sandbox).system().clock()).isEqualTo(fixture.clock.instant());
        assertThat(sandboxes().pause(sandbox.id(), true, ACTOR).state()).isEqualTo(SandboxState.SAVED);
        // Opening is enough to go on.
        assertThat(run(sandbox, "true")).isZero();
        assertThat(sandboxes().get(sandbox.name()).state()).isEqualTo(SandboxState.READY);
        assertThat(fixture.guest(sandbox).system().memory()).containsEntry("thought", "kept");
        assertThat(fixture.guest(sandbox).system().asked()).startsWith("resynchronise");
        assertThat(fixture.kinds())
                .containsExactly(
                        "sandbox.created", "sandbox.paused", "sandbox.resumed", "sandbox.saved", "sandbox.resumed");
    }

    @Test
    void idleSandboxesArePausedThenSavedThenDeleted() {
        Sandbox sandbox = sandboxes()
                .create(
                        new SandboxRequest(
                                Optional.empty(),
                                "base",
                                Optional.empty(),
                                Map.of(),
                                Map.of(),
                                new IdleTimeouts(
                                        Optional.of(Duration.ofMinutes(10)),
                                        Optional.of(Duration.ofHours(1)),
                                        Optional.of(Duration.ofDays(1))),
                                Optional.empty()),
                        ACTOR,
                        step -> {});
        GuestSession session = sandboxes().open(sandbox.id(), Optional.empty(), ACTOR);
        fixture.clock.pass(Duration.ofHours(5));
        sandboxes().look();
        assertThat(state(sandbox)).isEqualTo(SandboxState.READY);
        session.close();

        fixture.clock.pass(Duration.ofSeconds(599));
        sandboxes().look();
        assertThat(state(sandbox)).isEqualTo(SandboxState.READY);
        fixture.clock.pass(Duration.ofSeconds(1));
        sandboxes().look();
        assertThat(state(sandbox)).isEqualTo(SandboxState.PAUSED);
        sandboxes().look();
        assertThat(state(sandbox)).isEqualTo(SandboxState.PAUSED);
        fixture.clock.pass(Duration.ofHours(1));
        sandboxes().look();
        assertThat(state(sandbox)).isEqualTo(SandboxState.SAVED);
        fixture.clock.pass(Duration.ofDays(1));
        sandboxes().look();
        assertThat(sandboxes().list(Map.of())).isEmpty();
    }

    @Test
    void aSandboxThatIsHeldIsNeverIdle() {
        Sandbox sandbox = sandboxes().create(SandboxFixture.requestFor(TASK), ACTOR, step -> {});
        fixture.clock.pass(Duration.ofHours(5));
        sandboxes().look();
        assertThat(state(sandbox)).isEqualTo(SandboxState.READY);
    }

    @Test
    void oneTaskAtATimeHoldsASandbox() {
        Sandbox sandbox = sandboxes().create(SandboxFixture.requestFor(TASK), ACTOR, step -> {});
        assertThat(sandbox.task()).contains(TASK);
        Optional<TaskId> other = Optional.of(new TaskId("task-2"));
        assertFails(HostErrorCode.TASK_RUNNING, () -> sandboxes().open(sandbox.id(), other, ACTOR));
        assertFails(HostErrorCode.SANDBOX_BUSY, () -> sandboxes().delete(sandbox.id(), false, ACTOR));
        sandboxes().open(sandbox.id(), Optional.of(TASK), ACTOR).close();
        assertThat(sandboxes().get(sandbox.name()).task()).isEmpty();
        try (GuestSession session = sandboxes().open(sandbox.id(), other, ACTOR)) {
            assertThat(session.sandbox().task()).isEqualTo(other);
        }
        sandboxes().delete(sandbox.id(), false, ACTOR);
    }

    @Test
    void aTaskThatComesWhileADeletionWaitsIsNotRobbed() throws Exception {
        Sandbox sandbox = fixture.create();
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        fixture.guest(sandbox).system().onFreeze(() -> {
            asked.countDown();
            awaitQuietly(go);
        });
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var checkpoint = threads.submit(
                    () -> sandboxes().checkpoint(sandbox.id(), CheckpointKind.DISK, "slow", Optional.empty(), ACTOR));
            asked.await();
            var deletion = threads.submit(() ->
                    assertFails(HostErrorCode.SANDBOX_BUSY, () -> sandboxes().delete(sandbox.id(), false, ACTOR)));
            Thread.sleep(100); // It waits for its turn now.
            try (GuestSession session = sandboxes().open(sandbox.id(), Optional.of(TASK), ACTOR)) {
                go.countDown();
                checkpoint.get();
                deletion.get();
                assertThat(session.sandbox().task()).contains(TASK);
            }
        }
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException killed) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void theEndOfASessionEndsWhatItStarted() throws Exception {
        Sandbox sandbox = fixture.create();
        GuestSession session = sandboxes().open(sandbox.id(), Optional.empty(), ACTOR);
        GuestProcess process = session.guest().start(sleep(), new SandboxFixture.Silent());
        session.close();
        assertThat(process.await().signal()).isEqualTo(9);
        Await.until(() -> fixture.guest(sandbox).running() == 0);
        assertFails(HostErrorCode.CANCELLED, () -> session.guest().health());
    }

    @Test
    void deletionEndsEverything() throws Exception {
        Sandbox sandbox = fixture.create();
        GuestSession session = sandboxes().open(sandbox.id(), Optional.empty(), ACTOR);
        GuestProcess process = session.guest().start(sleep(), new SandboxFixture.Silent());
        sandboxes().delete(sandbox.id(), false, ACTOR);
        assertFails(HostErrorCode.GUEST_UNREACHABLE, process::await);
        assertFails(HostErrorCode.UNKNOWN_SANDBOX, () -> session.guest().health());
        session.close();
        assertNothingLeft();
    }

    @Test
    void aGuestAgentThatRestartsIsConnectedAnew() throws Exception {
        Sandbox sandbox = fixture.create();
        try (GuestSession session = sandboxes().open(sandbox.id(), Optional.empty(), ACTOR)) {
            GuestProcess process = session.guest().start(sleep(), new SandboxFixture.Silent());
            fixture.guest(sandbox).restartAgent();
            assertFails(HostErrorCode.GUEST_UNREACHABLE, process::await);
            // The link hears of it by itself, perhaps after the call has.
            Await.until(() -> isHealthy(session));
            assertThat(state(sandbox)).isEqualTo(SandboxState.READY);
        }
    }

    private static boolean isHealthy(GuestSession session) {
        try {
            return session.guest().health().version().equals("0.1.0");
        } catch (HostException notYet) {
            return false;
        }
    }

    @Test
    void aMachineThatDiesEndsItsCallsAndBreaksTheSandbox() throws Exception {
        Sandbox sandbox = fixture.create();
        try (GuestSession session = sandboxes().open(sandbox.id(), Optional.empty(), ACTOR)) {
            GuestProcess process = session.guest().start(sleep(), new SandboxFixture.Silent());
            fixture.kill(sandbox.id());
            assertFails(HostErrorCode.GUEST_UNREACHABLE, process::await);
            Await.until(() -> state(sandbox) == SandboxState.BROKEN);
            assertThat(sandboxes().get(sandbox.name()).reason()).isEqualTo("its machine died");
            assertFails(HostErrorCode.SANDBOX_BROKEN, () -> session.guest().health());
            assertFails(HostErrorCode.SANDBOX_BROKEN, () -> sandboxes().pause(sandbox.id(), false, ACTOR));
            assertFails(HostErrorCode.SANDBOX_BROKEN, () -> sandboxes().resume(sandbox.id(), ACTOR));
        }
        assertFails(HostErrorCode.SANDBOX_BROKEN, () -> sandboxes().open(sandbox.id(), Optional.empty(), ACTOR));
    }

    @Test
    void aFullHostDiskPausesAndGoesOnWhenThereIsRoom() throws Exception {
        Sandbox sandbox = fixture.create();
        fixture.capacity.disk = DataSize.ofMebibytes(10);
        fixture.vms.failDisk(new dev.mulligan.vm.VmId(sandbox.id().value()));
        Await.until(() -> state(sandbox) == SandboxState.PAUSED);
        assertFails(HostErrorCode.HOST_DISK_FULL, () -> sandboxes().resume(sandbox.id(), ACTOR));
        fixture.capacity.disk = DataSize.ofGibibytes(50);
        assertThat(run(sandbox, "true")).isZero();
    }

    @Test
    void sandboxesAreAdoptedAfterARestart() throws Exception {
        Sandbox ready = fixture.create();
        Sandbox paused = fixture.create();
        Sandbox saved = fixture.create();
        Sandbox dead = fixture.create();
        sandboxes().pause(paused.id(), false, ACTOR);
        sandboxes().pause(saved.id(), true, ACTOR);
        sandboxes().close();
        fixture.kill(dead.id());
        fixture.restart();

        assertThat(sandboxes().list(Map.of())).hasSize(4);
        assertThat(state(ready)).isEqualTo(SandboxState.READY);
        assertThat(state(paused)).isEqualTo(SandboxState.PAUSED);
        assertThat(state(saved)).isEqualTo(SandboxState.SAVED);
        assertThat(state(dead)).isEqualTo(SandboxState.BROKEN);
        assertThat(run(ready, "true")).isZero();
        assertThat(run(paused, "true")).isZero();
        assertThat(run(saved, "true")).isZero();
        assertThat(sandboxes().get(ready.name()).size()).isEqualTo(ready.size());
    }

    @Test
    void whatWasHalfMadeOrHalfDeletedIsRemovedAtTheNextStart() {
        Sandbox half = fixture.create();
        Sandbox going = fixture.create();
        fixture.journal.update(new SandboxEntry(half, half.created()).in(SandboxState.STARTING, "", half.created()));
        fixture.journal.update(new SandboxEntry(going, going.created()).in(SandboxState.DELETING, "", half.created()));
        fixture.restart();
        assertNothingLeft();
    }

    @Test
    void namesWhatNoSandboxOwns() {
        Sandbox lost = fixture.create();
        Sandbox orphan = fixture.create();
        fixture.journal.delete(orphan.id());
        fixture.vms.get(new dev.mulligan.vm.VmId(lost.id().value())).delete();
        fixture.restart();
        assertThat(sandboxes().leftovers())
                .extracting(dev.mulligan.vm.Leftover::name)
                .containsExactlyInAnyOrder(lost.id().value(), orphan.id().value());
        assertThat(state(lost)).isEqualTo(SandboxState.BROKEN);
        fixture.vms.get(new dev.mulligan.vm.VmId(orphan.id().value())).delete();
    }

    @Test
    void putsEverythingToRest() {
        Sandbox one = fixture.create();
        Sandbox two = fixture.create();
        sandboxes().putToRest(false, ACTOR);
        assertThat(state(one)).isEqualTo(SandboxState.PAUSED);
        sandboxes().putToRest(true, ACTOR);
        assertThat(state(one)).isEqualTo(SandboxState.SAVED);
        assertThat(state(two)).isEqualTo(SandboxState.SAVED);
    }

    private SandboxState state(Sandbox sandbox) {
        return sandboxes().get(sandbox.id().value()).state();
    }

    private int run(Sandbox sandbox, String program) throws InterruptedException {
        try (GuestSession session = sandboxes().open(sandbox.id(), Optional.empty(), ACTOR)) {
            return session.guest()
                    .start(program(program), new SandboxFixture.Silent())
                    .await()
                    .code();
        }
    }

    static ProcessSpec sleep() {
        return program("sleep", "600");
    }

    static ProcessSpec program(String... arguments) {
        return new ProcessSpec(List.of(arguments), Map.of(), "", "agent", Optional.empty(), ProcessLimits.NONE);
    }

    static void assertFails(HostErrorCode code, ThrowingCallable action) {
        assertThatExceptionOfType(HostException.class)
                .isThrownBy(action)
                .satisfies(problem ->
                        assertThat(problem.code()).as(problem.getMessage()).isEqualTo(code));
    }
}
