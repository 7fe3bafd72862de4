package dev.mulligan.host.real;

import static dev.mulligan.host.real.ErrorReason.reason;
import static dev.mulligan.host.real.Hand.call;
import static dev.mulligan.host.real.Hand.shellScope;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.mulligan.host.cli.client.Patience;
import dev.mulligan.host.real.HostAgentProcess.Ran;
import dev.mulligan.proto.host.v1.Approval;
import dev.mulligan.proto.host.v1.Checkpoint;
import dev.mulligan.proto.host.v1.Effect;
import dev.mulligan.proto.host.v1.GetSandboxRequest;
import dev.mulligan.proto.host.v1.Rule;
import dev.mulligan.proto.host.v1.Sandbox;
import dev.mulligan.proto.host.v1.SandboxState;
import dev.mulligan.proto.host.v1.Task;
import dev.mulligan.proto.host.v1.TaskState;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

/**
 * The real host agent over its socket, with a real machine, and everything killed that can be: the host agent, QEMU,
 * libvirtd; and rollbacks that get in each other's way. One machine for all; after each test nothing is left that no
 * sandbox owns, and the record is whole.
 */
@Tag("vm")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(900)
final class KillsIT {
    private static final String SANDBOX = "work";
    private static final String NOTE = "/home/agent/note";
    /** More on request: {@code -Dmulligan.kills=50}. */
    private static final int KILLS = Integer.getInteger("mulligan.kills", 4);

    private final HostAgentTrial trial = new HostAgentTrial();
    private final HostAgentProcess agent = trial.agent();
    private final Hand hand = trial.hand();

    @BeforeAll
    void start() throws Exception {
        trial.start();
        hand.create(SANDBOX);
    }

    @AfterEach
    void leavesNothingAndTheRecordIsWhole() throws Exception {
        trial.requireWholeAndClean();
    }

    @AfterAll
    void end() throws Exception {
        trial.end("KillsIT");
    }

    @Test
    void rollbacksWaitTheirTurnOrAreRefused() throws Exception {
        hand.shell(SANDBOX, "echo one > " + NOTE);
        hand.checkpoint(SANDBOX, "one");
        hand.shell(SANDBOX, "echo two > " + NOTE);
        Task running = hand.dispatch(SANDBOX, shellScope(), call("sleep 4"));
        awaitRunning();
        assertThat(reason(() -> hand.rollback(SANDBOX, ""))).isEqualTo("TASK_RUNNING");
        assertThat(hand.ended(running).getState()).isEqualTo(TaskState.SUCCEEDED);

        List<Checkpoint> all = hand.checkpoints(SANDBOX);
        String one = all.stream()
                .filter(checkpoint -> checkpoint.getLabel().equals("one"))
                .findFirst()
                .orElseThrow()
                .getId();
        CompletableFuture<String> other =
                CompletableFuture.supplyAsync(() -> reason(() -> hand.rollback(SANDBOX, one)));
        String mine = reason(() -> hand.rollback(SANDBOX, one));
        assertThat(List.of(mine, other.get(5, TimeUnit.MINUTES)))
                .allMatch(outcome -> outcome.isEmpty() || outcome.equals("ROLLBACK_RUNNING"))
                .contains("");
        assertThat(hand.shell(SANDBOX, "cat " + NOTE)).isEqualTo("one\n");
    }

    @Test
    void killedAtAnyMomentOfATaskNothingIsLost() throws Exception {
        long seed = Long.getLong("mulligan.seed", System.nanoTime());
        Random random = new Random(seed);
        for (int round = 0; round < KILLS; round++) {
            String name = "round " + round + " of seed " + seed;
            hand.shell(SANDBOX, "echo before " + round + " > " + NOTE);
            Task task = hand.dispatch(
                    SANDBOX,
                    shellScope(),
                    call("echo during > " + NOTE),
                    call("sleep 0.5; echo more >> " + NOTE),
                    call("cat " + NOTE));
            // Spread over the whole of a task, which takes some five seconds without KVM.
            Thread.sleep((long) ((round + random.nextDouble()) * 6_000 / KILLS));
            agent.kill();
            agent.start();

            Task ended = hand.ended(task);
            String note = hand.shell(SANDBOX, "cat " + NOTE);
            System.err.println("KillsIT " + name + ": " + ended.getState() + ", " + ended.getReason());
            if (ended.getState() == TaskState.SUCCEEDED) {
                assertThat(note).as(name).isEqualTo("during\nmore\n");
            } else {
                assertThat(ended.getState()).as(name).isEqualTo(TaskState.INTERRUPTED);
                assertThat(ended.getReason()).as(name).isNotEmpty();
                assertThat(note).as(name).isEqualTo("before " + round + "\n");
            }
            assertThat(hand.recordProblem()).as(name).isEmpty();
            assertThat(hand.leftovers()).as(name).isEmpty();
        }
    }

    @Test
    void killedWhileASandboxIsMadeLeavesNoneOfIt() throws Exception {
        CompletableFuture<String> creation = CompletableFuture.supplyAsync(() -> reason(() -> hand.create("half")));
        // From a template it takes a moment only; whichever it is in, nothing may be left half made.
        Thread.sleep(new Random().nextInt(20, 400));
        agent.kill();
        creation.get(1, TimeUnit.MINUTES);
        agent.start();

        List<Sandbox> sandboxes = hand.sandboxes();
        assertThat(sandboxes).extracting(Sandbox::getName).contains(SANDBOX).isSubsetOf(SANDBOX, "half");
        for (Sandbox sandbox : sandboxes) {
            assertThat(sandbox.getState()).as(sandbox.getName()).isNotEqualTo(SandboxState.STARTING);
        }
        assertThat(hand.leftovers()).isEmpty();
        if (sandboxes.size() > 1) {
            // It was complete before the kill: then it works.
            assertThat(hand.shell("half", "echo whole")).isEqualTo("whole\n");
            hand.delete("half");
        }
    }

    @Test
    void killedInTheMiddleOfAForkLeavesWholeForksOrNone() throws Exception {
        long seed = Long.getLong("mulligan.seed", System.nanoTime());
        Random random = new Random(seed);
        for (int round = 0; round < KILLS; round++) {
            String name = "round " + round + " of seed " + seed;
            hand.shell(SANDBOX, "echo moment " + round + " > " + NOTE);
            CompletableFuture<String> forking =
                    CompletableFuture.supplyAsync(() -> reason(() -> hand.fork(SANDBOX, 3)));
            // Spread over the whole of a fork of three, which takes two to three seconds without KVM.
            Thread.sleep((long) ((round + random.nextDouble()) * 3_000 / KILLS));
            agent.kill();
            forking.get(1, TimeUnit.MINUTES);
            agent.start();

            List<Sandbox> forks = others();
            System.err.println("KillsIT " + name + ": " + forks.size() + " forks outlived it");
            assertThat(forks.size()).as(name).isIn(0, 3);
            assertThat(hand.shell(SANDBOX, "cat " + NOTE)).as(name).isEqualTo("moment " + round + "\n");
            assertThat(hand.leftovers()).as(name).isEmpty();
            for (Sandbox fork : forks) {
                assertThat(hand.shell(fork.getId(), "cat " + NOTE)).as(name).isEqualTo("moment " + round + "\n");
                hand.delete(fork.getId());
            }
        }
    }

    @Test
    void anOriginKilledInTheMiddleOfATrysForkLeavesWholeCandidatesOrNone() throws Exception {
        hand.shell(SANDBOX, "echo moment > " + NOTE);
        hand.checkpoint(SANDBOX, "before the try");
        Trying trying = new Trying(trial);
        String task = trying.task("candidate", "1m", "cat " + NOTE);
        CompletableFuture<Ran> running = trying.begin(SANDBOX, "-n", "3", "--task", task, "--pick", "1");
        trying.awaitCandidate("try-[a-z0-9]+", 1);
        // On record, and now its moment is taken.
        Path origin = trial.state().resolve("machines").resolve(sandbox().getId());
        assertThat(trial.host().processBelow(origin).orElseThrow().destroyForcibly())
                .isTrue();

        Ran ran = running.get(5, TimeUnit.MINUTES);
        System.err.println("KillsIT: the try ended with " + ran);
        assertThat(others()).as(ran.toString()).hasSize(ran.code() == 0 ? 1 : 0);
        for (Sandbox picked : others()) {
            assertThat(hand.shell(picked.getId(), "cat " + NOTE)).isEqualTo("moment\n");
            hand.delete(picked.getId());
        }
        hand.rollback(SANDBOX, "");
        assertThat(hand.shell(SANDBOX, "cat " + NOTE)).isEqualTo("moment\n");
    }

    private List<Sandbox> others() throws Exception {
        return hand.sandboxes().stream()
                .filter(sandbox -> !sandbox.getName().equals(SANDBOX))
                .toList();
    }

    @Test
    void killedWhileATaskWaitsForAPersonItWaitsOn() throws Exception {
        hand.shell(SANDBOX, "echo before > " + NOTE);
        Rule asks = Rule.newBuilder()
                .setWhen("args.command.startsWith('rm ')")
                .setThen(Effect.ASK)
                .setWhy("removes things")
                .build();
        Task task = hand.dispatch(
                SANDBOX, shellScope().addRules(asks), call("echo once >> " + NOTE), call("rm -v " + NOTE), call("ls"));
        Approval asked = hand.asked(task);
        assertThat(asked.getArguments()).contains("rm -v " + NOTE);
        while (sandboxState() != SandboxState.PAUSED) {
            Thread.sleep(20);
        }
        agent.kill();
        agent.start();

        assertThat(hand.asked(task)).isEqualTo(asked);
        assertThat(sandboxState()).isEqualTo(SandboxState.PAUSED);
        hand.allow(asked);
        assertThat(hand.ended(task).getState()).isEqualTo(TaskState.SUCCEEDED);
        assertThat(hand.shell(SANDBOX, "ls " + NOTE + " || true")).contains("No such file");
    }

    @Test
    void aMachineKilledUnderATaskInterruptsIt() throws Exception {
        hand.shell(SANDBOX, "echo before > " + NOTE);
        Task task = hand.dispatch(SANDBOX, shellScope(), call("echo during > " + NOTE + "; sleep 100"));
        awaitRunning();
        Path own = trial.state().resolve("machines").resolve(sandbox().getId());
        ProcessHandle machine = trial.host().processBelow(own).orElseThrow();
        assertThat(machine.destroyForcibly()).isTrue();

        Task ended = hand.ended(task);
        assertThat(ended.getState()).isEqualTo(TaskState.INTERRUPTED);
        assertThat(ended.getReason()).isNotEmpty();
        if (sandboxState() == SandboxState.BROKEN) {
            hand.rollback(SANDBOX, ended.getCheckpointId());
        }
        assertThat(hand.shell(SANDBOX, "cat " + NOTE)).isEqualTo("before\n");
    }

    @Test
    void aLibvirtThatIsStartedAgainFindsItsMachines() throws Exception {
        // In ./mulligan test the launcher keeps its record elsewhere than the tests their state.
        String services = System.getenv()
                .getOrDefault("MULLIGAN_SERVICES_STATE", System.getenv().getOrDefault("MULLIGAN_STATE", "/nowhere"));
        Path record = Path.of(services).resolve("run/services/libvirtd.pid");
        assumeTrue(Files.exists(record), "libvirtd was not started by ./mulligan: it is not ours to kill");
        Task task = hand.dispatch(SANDBOX, shellScope(), call("echo survived > " + NOTE + "; sleep 6; cat " + NOTE));
        awaitRunning();

        long pid = Long.parseLong(Files.readString(record).replaceFirst("(?s) .*", ""));
        ProcessHandle reaper = ProcessHandle.of(pid).orElseThrow();
        List<ProcessHandle> daemons = reaper.children()
                .filter(child -> child.info().command().orElse("").endsWith("libvirtd"))
                .toList();
        assertThat(daemons).hasSize(1);
        daemons.forEach(ProcessHandle::destroyForcibly);
        reaper.onExit().get(1, TimeUnit.MINUTES);
        ProcessBuilder again = new ProcessBuilder("../mulligan", "services", "start");
        again.environment().put("MULLIGAN_STATE", services);
        // It is of this host, not of this run, at whose end it would be found and ended.
        again.environment().remove("MULLIGAN_TEST_RUN");
        Process start = again.redirectErrorStream(true).start();
        String said = new String(start.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(start.waitFor()).as(said).isZero();

        // The guest's port needs no libvirt: what ran goes on.
        assertThat(hand.ended(task).getState()).isEqualTo(TaskState.SUCCEEDED);
        assertThat(hand.shell(SANDBOX, "cat " + NOTE)).isEqualTo("survived\n");
        hand.checkpoint(SANDBOX, "after libvirt came back");
        hand.shell(SANDBOX, "echo later > " + NOTE);
        hand.rollback(SANDBOX, "");
        assertThat(hand.shell(SANDBOX, "cat " + NOTE)).isEqualTo("survived\n");
    }

    private void awaitRunning() throws Exception {
        Instant deadline = Instant.now().plusSeconds(120);
        while (hand.shell(SANDBOX, "pgrep -x sleep || true").length() <= 1) {
            assertThat(Instant.now()).as("the task's program runs").isBefore(deadline);
            Thread.sleep(50);
        }
    }

    private SandboxState sandboxState() throws Exception {
        return sandbox().getState();
    }

    private Sandbox sandbox() throws Exception {
        return agent.client()
                .sandboxes(Patience.ANSWER)
                .get(GetSandboxRequest.newBuilder().setSandbox(SANDBOX).build())
                .getSandbox();
    }
}
