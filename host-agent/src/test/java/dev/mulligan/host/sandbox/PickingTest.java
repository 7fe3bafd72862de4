package dev.mulligan.host.sandbox;

import static dev.mulligan.host.sandbox.SandboxFixture.ACTOR;
import static dev.mulligan.host.sandbox.SandboxLifeTest.assertFails;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.SandboxId;
import dev.mulligan.host.TaskId;
import dev.mulligan.host.TryLabel;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The end of a try: one of its candidates stays, whoever else is at work on them. */
@Timeout(60)
final class PickingTest {
    private static final TaskId TASK = new TaskId("t-1");

    private final SandboxFixture fixture = new SandboxFixture();

    @AfterEach
    void leavesNothing() {
        fixture.close();
    }

    private List<Sandbox> candidates(Sandbox parent, int count, String trial) {
        return fixture.sandboxes.fork(
                parent.id(), new ForkRequest(count, List.of(), Map.of(TryLabel.KEY, trial)), ACTOR, step -> {});
    }

    private List<Sandbox> pick(Sandbox picked) {
        return fixture.sandboxes.pick("try-1", Optional.of(picked.id()), "", ACTOR);
    }

    private void assertOnly(Sandbox... sandboxes) {
        assertThat(fixture.sandboxes.list(Map.of()))
                .extracting(Sandbox::id)
                .containsExactlyInAnyOrderElementsOf(
                        List.of(sandboxes).stream().map(Sandbox::id).toList());
    }

    @Test
    void pickingKeepsOneAndDeletesTheOthersOfTheSameTry() {
        Sandbox parent = fixture.create();
        List<Sandbox> candidates = candidates(parent, 3, "try-1");
        List<Sandbox> others = candidates(parent, 1, "try-2");
        fixture.audited.clear();
        SandboxId best = candidates.get(1).id();
        assertFails(
                HostErrorCode.INVALID_ARGUMENT,
                () -> fixture.sandboxes.pick("try-1", Optional.of(parent.id()), "", ACTOR));
        assertFails(HostErrorCode.UNKNOWN_SANDBOX, () -> fixture.sandboxes.pick("try-3", Optional.empty(), "", ACTOR));
        assertThat(fixture.audited).isEmpty();

        assertThat(fixture.sandboxes.pick("try-1", Optional.of(best), "score 7", ACTOR))
                .extracting(Sandbox::id)
                .containsExactly(
                        candidates.getFirst().id(), candidates.getLast().id());
        assertOnly(parent, candidates.get(1), others.getFirst());
        assertThat(fixture.kinds()).containsExactly("try.picked", "sandbox.deleted", "sandbox.deleted");
        assertThat(fixture.audited.getFirst().sandbox()).contains(best);
        assertThat(fixture.audited.getFirst().details())
                .containsEntry("try", "try-1")
                .containsEntry("why", "score 7");

        assertThat(fixture.sandboxes.pick("try-2", Optional.empty(), "none was good", ACTOR))
                .hasSize(1);
        assertThat(fixture.kinds()).contains("try.given_up");
        assertOnly(parent, candidates.get(1));
    }

    @Test
    void aCandidateThatATaskHoldsIsNotDeletedUnderIt() {
        Sandbox parent = fixture.create();
        List<Sandbox> candidates = candidates(parent, 2, "try-1");
        try (GuestSession _ = fixture.sandboxes.open(candidates.getLast().id(), Optional.of(TASK), ACTOR)) {
            assertFails(HostErrorCode.TASK_RUNNING, () -> pick(candidates.getFirst()));
        }
        assertOnly(parent, candidates.getFirst(), candidates.getLast());
    }

    @Test
    void aTaskThatComesWhileTheOthersAreDeletedKeepsItsSandbox() {
        Sandbox parent = fixture.create();
        List<Sandbox> candidates = candidates(parent, 3, "try-1");
        Sandbox taken = candidates.getLast();
        fixture.onRecord = event -> {
            if (event.kind().equals("try.picked")) {
                fixture.sandboxes.hold(taken.id(), TASK, Optional.empty());
            }
        };
        assertFails(HostErrorCode.TASK_RUNNING, () -> pick(candidates.getFirst()));
        assertOnly(parent, candidates.getFirst(), taken);

        fixture.onRecord = event -> {};
        fixture.sandboxes.letGo(TASK);
        assertThat(pick(candidates.getFirst())).extracting(Sandbox::id).containsExactly(taken.id());
        assertOnly(parent, candidates.getFirst());
    }

    @Test
    void ofTwoPicksAtOnceOneWins() throws Exception {
        Sandbox parent = fixture.create();
        List<Sandbox> candidates = candidates(parent, 2, "try-1");
        CountDownLatch second = new CountDownLatch(1);
        AtomicBoolean begun = new AtomicBoolean();
        CompletableFuture<List<Sandbox>> other = new CompletableFuture<>();
        fixture.onRecord = event -> {
            if (event.kind().equals("try.picked")) {
                if (begun.getAndSet(true)) {
                    second.countDown();
                } else {
                    other.completeAsync(
                            () -> pick(candidates.getLast()),
                            task -> Thread.ofPlatform().start(task));
                    awaitBriefly(second);
                }
            }
        };
        assertThat(pick(candidates.getFirst())).hasSize(1);
        assertThat(other)
                .failsWithin(30, TimeUnit.SECONDS)
                .withThrowableOfType(java.util.concurrent.ExecutionException.class)
                .withMessageContaining("picked sandbox");
        assertOnly(parent, candidates.getFirst());
    }

    /** What it waits for must not come. */
    private static void awaitBriefly(CountDownLatch latch) {
        try {
            var _ = latch.await(500, TimeUnit.MILLISECONDS);
        } catch (InterruptedException nobodyDoes) {
            throw new IllegalStateException(nobodyDoes);
        }
    }

    @Test
    void oneThatIsBeingDeletedCannotBePicked() {
        Sandbox parent = fixture.create();
        List<Sandbox> candidates = candidates(parent, 2, "try-1");
        fixture.journal.refuseNextDeletion();
        assertFails(
                HostErrorCode.STORE_UNAVAILABLE,
                () -> fixture.sandboxes.delete(candidates.getFirst().id(), false, ACTOR));
        assertFails(HostErrorCode.INVALID_ARGUMENT, () -> pick(candidates.getFirst()));
        fixture.sandboxes.look();
        assertOnly(parent, candidates.getLast());
    }
}
