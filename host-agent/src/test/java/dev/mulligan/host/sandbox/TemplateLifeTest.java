package dev.mulligan.host.sandbox;

import static dev.mulligan.host.sandbox.SandboxFixture.ACTOR;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import dev.mulligan.vm.Checkpoint;
import dev.mulligan.vm.CheckpointKind;
import dev.mulligan.vm.DataSize;
import dev.mulligan.vm.Vm;
import dev.mulligan.vm.VmId;
import dev.mulligan.vm.template.WarmPool;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Sandboxes from templates and from the pool. */
final class TemplateLifeTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private SandboxFixture fixture = new SandboxFixture();

    @AfterEach
    void leavesNothing() {
        fixture.close();
    }

    private Sandbox create(List<String> steps) {
        return fixture.sandboxes.create(SandboxFixture.request(), ACTOR, steps::add);
    }

    private void pool(int machines) {
        fixture.close();
        fixture = new SandboxFixture(machines);
    }

    @Test
    void theFirstSandboxOfAnImageMakesItsTemplateAndTheNextGoesOnFromIt() {
        List<String> first = new ArrayList<>();
        List<String> second = new ArrayList<>();
        create(first);
        create(second);
        assertThat(first)
                .containsExactly(
                        "making a template of the image, once on this host",
                        "booting",
                        "warming up",
                        "freezing",
                        "going on from the template");
        assertThat(second).containsExactly("going on from the template");
        assertThat(fixture.vms.templates().list()).hasSize(1);
    }

    @Test
    void aTemplateWhoseBootHangsIsMadeOnceMore() {
        fixture.silentBoots.set(1);
        List<String> steps = new ArrayList<>();
        create(steps);
        assertThat(steps).anyMatch(step -> step.startsWith("booting once more"));
        assertThat(fixture.vms.leftovers()).isEmpty();
    }

    @Test
    void anotherHypervisorNeverGoesOnFromAnOldTemplate() {
        create(new ArrayList<>());
        fixture.vms.upgrade("in memory 1.0.0");
        List<String> steps = new ArrayList<>();
        create(steps);
        assertThat(steps).contains("booting");
        assertThat(fixture.vms.templates().list()).hasSize(2);
    }

    @Test
    void aCloneThatNeverAnswersIsThrownAwayAndReplaced() {
        create(new ArrayList<>());
        fixture.silentBoots.set(1);
        List<String> steps = new ArrayList<>();
        Sandbox sandbox = create(steps);
        assertThat(steps).anyMatch(step -> step.startsWith("trying another machine"));
        assertThat(sandbox.state()).isEqualTo(SandboxState.READY);
        assertThat(fixture.kinds()).contains("sandbox.not_created");
        assertThat(fixture.vms.list()).hasSize(2);
        assertThat(discarded()).isEqualTo(1);
    }

    @Test
    void clonesThatNeverAnswerAreNotTriedForEver() {
        create(new ArrayList<>());
        fixture.silentBoots.set(100);
        assertThatExceptionOfType(HostException.class)
                .isThrownBy(() -> create(new ArrayList<>()))
                .satisfies(failed -> assertThat(failed.code()).isEqualTo(HostErrorCode.GUEST_UNREACHABLE));
        fixture.silentBoots.set(0);
        assertThat(fixture.vms.list()).hasSize(1);
        assertThat(discarded()).as("each attempt").isEqualTo(2);
    }

    @Test
    void whatWasTakenFromThePoolIsMadeUpFor() throws Exception {
        pool(2);
        create(new ArrayList<>());
        awaitReady(1);
        List<String> steps = new ArrayList<>();
        Sandbox taken = create(steps);
        assertThat(steps).containsExactly("taking a machine that stands ready");
        assertThat(fixture.sandboxes.get(taken.id().value()).state()).isEqualTo(SandboxState.READY);
        awaitReady(1);
        assertThat(fixture.sandboxes.leftovers())
                .as("what stands ready is nobody's leftover")
                .isEmpty();
    }

    @Test
    void aMachineThatDiedWhileItStoodReadyIsReplaced() throws Exception {
        pool(2);
        Sandbox first = create(new ArrayList<>());
        awaitReady(1);
        fixture.vms.list().stream()
                .map(Vm::id)
                .filter(id -> !id.value().equals(first.id().value()))
                .forEach(fixture.vms::crash);
        List<String> steps = new ArrayList<>();
        Sandbox second = create(steps);
        assertThat(steps).anyMatch(step -> step.startsWith("trying another machine"));
        assertThat(second.state()).isEqualTo(SandboxState.READY);
        assertThat(discarded()).isPositive();
        assertThat(fixture.sandboxes.leftovers()).isEmpty();
    }

    @Test
    void aMachineThatDoesNotComeToStandReadyIsCountedAndReplaced() throws Exception {
        pool(2);
        create(new ArrayList<>());
        fixture.silentBoots.set(1);
        awaitReady(1);
        assertThat(discarded()).isEqualTo(1);
        assertThat(fixture.vms.list()).hasSize(2);
    }

    @Test
    void aSandboxThatAnotherHypervisorSavedReturnsToItsFiles() {
        Sandbox sandbox = create(new ArrayList<>());
        Checkpoint files =
                fixture.sandboxes.checkpoint(sandbox.id(), CheckpointKind.DISK, "files", Optional.empty(), ACTOR);
        fixture.sandboxes.pause(sandbox.id(), true, ACTOR);
        fixture.vms.upgrade("in memory 1.0.0");
        assertThatExceptionOfType(HostException.class)
                .isThrownBy(() -> fixture.sandboxes.resume(sandbox.id(), ACTOR))
                .satisfies(failed -> assertThat(failed.code()).isEqualTo(HostErrorCode.CHECKPOINT_UNUSABLE))
                .withMessageContaining("in memory 1.0.0");
        assertThat(fixture.sandboxes.get(sandbox.name()).state()).isEqualTo(SandboxState.SAVED);

        RollbackResult result = fixture.sandboxes.rollback(sandbox.id(), SandboxFixture.machineTo(files.id()), ACTOR);

        assertThat(result.before().orElseThrow().kind()).isEqualTo(CheckpointKind.DISK);
        assertThat(fixture.sandboxes.get(sandbox.name()).state()).isEqualTo(SandboxState.READY);
    }

    private long discarded() {
        return state().discarded();
    }

    @Test
    void machinesOfAnEarlierPoolAreRemoved() throws Exception {
        pool(2);
        create(new ArrayList<>());
        awaitReady(1);
        fixture.kill();
        assertThat(fixture.vms.list()).hasSize(1);
        assertThat(fixture.sandboxes.list(Map.of())).hasSize(1);
    }

    @Test
    void twoHundredAtOnceAllSucceedAndNoneIsGivenTwice() throws Exception {
        pool(8);
        fixture.capacity.memory = DataSize.ofGibibytes(64);
        create(new ArrayList<>());
        Set<String> ids = new HashSet<>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Sandbox>> all = new ArrayList<>();
            for (int count = 0; count < 200; count++) {
                all.add(threads.submit(() -> create(new ArrayList<>())));
            }
            for (Future<Sandbox> one : all) {
                assertThat(ids.add(one.get().id().value())).isTrue();
            }
        }
        assertThat(fixture.sandboxes.list(Map.of())).hasSize(201);
    }

    @Test
    void aSandboxThatFindsNoMemoryLeavesNothingOfThePoolBehind() throws Exception {
        pool(2);
        Sandbox first = create(new ArrayList<>());
        // Two at about the same time: it is made for so many. The first one is not reckoned, for it made the template.
        create(new ArrayList<>());
        create(new ArrayList<>());
        awaitReady(2);
        fixture.capacity.memory = DataSize.ofMebibytes(8);
        for (int count = 0; count < 3; count++) {
            assertFails(HostErrorCode.HOST_MEMORY, SandboxFixture.request());
        }
        awaitMachines(3);
        assertThat(fixture.sandboxes.leftovers()).isEmpty();

        fixture.sandboxes.list(Map.of()).forEach(sandbox -> fixture.sandboxes.delete(sandbox.id(), false, ACTOR));
        assertThat(fixture.sandboxes.templates().delete("base", ACTOR))
                .as("nothing stands on it any more")
                .hasSize(1);
        assertThat(fixture.vms.find(new VmId(first.id().value()))).isEmpty();
    }

    @Test
    void aMachineThatStandsReadyNeedsLittleMoreThanItHas() throws Exception {
        pool(1);
        create(new ArrayList<>());
        awaitReady(1);
        fixture.capacity.memory = DataSize.ofMebibytes(32);
        List<String> steps = new ArrayList<>();
        create(steps);
        assertThat(steps).containsExactly("taking a machine that stands ready");
        assertFails(HostErrorCode.HOST_MEMORY, SandboxFixture.request());
    }

    @Test
    void aNameThatIsTakenTakesNothingFromThePool() throws Exception {
        pool(2);
        Sandbox first = create(new ArrayList<>());
        awaitReady(1);
        WarmPool.State before = state();
        SandboxRequest same = new SandboxRequest(
                Optional.of(first.name()),
                "base",
                Optional.empty(),
                Map.of(),
                Map.of(),
                IdleTimeouts.DEFAULT,
                Optional.empty());
        assertFails(HostErrorCode.NAME_TAKEN, same);
        assertThat(state()).isEqualTo(before);
    }

    @Test
    void ofTwoHundredAtOnceAsManySucceedAsFit() throws Exception {
        pool(4);
        int fit = 20;
        DataSize one = DataSize.ofMebibytes(128);
        create(new ArrayList<>());
        fixture.capacity.memory = DataSize.ofBytes(fit * one.bytes());
        fixture.capacity.used = () -> fixture.vms.list().size() * one.bytes();
        List<HostErrorCode> refused = Collections.synchronizedList(new ArrayList<>());
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int count = 0; count < 200; count++) {
                threads.execute(() -> {
                    try {
                        create(new ArrayList<>());
                    } catch (HostException failed) {
                        refused.add(failed.code());
                    }
                });
            }
        }
        assertThat(refused).containsOnly(HostErrorCode.HOST_MEMORY);
        List<Sandbox> made = fixture.sandboxes.list(Map.of());
        assertThat(made).hasSize(201 - refused.size()).hasSizeBetween(2, fit);

        // Those that were under way counted with all they might need; one after the other, the rest fits as well.
        for (int count = made.size(); count < fit; count++) {
            create(new ArrayList<>());
        }
        assertFails(HostErrorCode.HOST_MEMORY, SandboxFixture.request());
        awaitMachines(fit);
        assertThat(fixture.sandboxes.leftovers()).isEmpty();
    }

    private void assertFails(HostErrorCode code, SandboxRequest request) {
        assertThatExceptionOfType(HostException.class)
                .isThrownBy(() -> fixture.sandboxes.create(request, ACTOR, step -> {}))
                .satisfies(failed -> assertThat(failed.code()).isEqualTo(code));
    }

    /** The pool gives up what it has, and nothing else is there. */
    private void awaitMachines(int machines) throws InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (fixture.vms.list().size() != machines) {
            assertThat(System.nanoTime()).as("machines: %s", fixture.vms.list()).isLessThan(deadline);
            Thread.sleep(20);
        }
    }

    private WarmPool.State state() {
        return fixture.sandboxes.pool().states().getFirst();
    }

    @Test
    void aFreshSandboxReturnsToItsBeginningWithoutACheckpointOfItsOwn() throws Exception {
        Sandbox sandbox = create(new ArrayList<>());
        Checkpoint before = full(sandbox);
        assertThat(before.label()).isEqualTo(Checkpoint.FROM_TEMPLATE);
        assertThat(fixture.sandboxes.checkpoints(sandbox.id())).hasSize(1);
        try (GuestSession session = fixture.sandboxes.open(sandbox.id(), Optional.empty(), ACTOR)) {
            assertThat(full(sandbox)).as("opened, and nothing asked of it").isEqualTo(before);
            assertThat(session.guest().health().kernel()).isNotEmpty();
            assertThat(full(sandbox)).as("used").isNotEqualTo(before);
        }
        fixture.sandboxes.rollback(sandbox.id(), SandboxFixture.machineTo(before.id()), ACTOR);
        assertThat(fixture.sandboxes.get(sandbox.id().value()).state()).isEqualTo(SandboxState.READY);
    }

    private Checkpoint full(Sandbox sandbox) {
        return fixture.sandboxes.checkpoint(sandbox.id(), CheckpointKind.FULL, "before", Optional.empty(), ACTOR);
    }

    private void awaitReady(int machines) throws InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (ready() < machines) {
            assertThat(System.nanoTime()).as("the pool is filled in time").isLessThan(deadline);
            // The pool fills when nothing was taken for a moment, by this clock.
            fixture.clock.pass(Duration.ofSeconds(1));
            Thread.sleep(20);
        }
    }

    private int ready() {
        return fixture.sandboxes.pool().states().stream()
                .mapToInt(WarmPool.State::ready)
                .sum();
    }
}
