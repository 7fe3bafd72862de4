package dev.mulligan.host.task;

import static dev.mulligan.host.task.Specs.shell;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import dev.mulligan.host.SandboxId;
import dev.mulligan.host.TaskId;
import dev.mulligan.host.sandbox.ForkRequest;
import dev.mulligan.host.sandbox.Sandbox;
import dev.mulligan.host.sandbox.SandboxState;
import dev.mulligan.host.store.MemoryDirectory;
import dev.mulligan.vm.CheckpointId;
import dev.mulligan.vm.CheckpointKind;
import dev.mulligan.vm.VmId;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tasks through the real sandboxes and the real guest client, down to a simulated guest on a socket. */
class TaskOverSandboxesTest {
    @TempDir(factory = MemoryDirectory.class)
    private Path directory;

    private RealSandboxes host;

    @BeforeEach
    void open() {
        host = new RealSandboxes(directory);
    }

    @AfterEach
    void nothingIsLeftAndTheRecordIsWhole() {
        assertThat(host.sandboxes.leftovers()).isEmpty();
        assertThat(host.audit.reader().verify().flaw()).isEmpty();
        host.close();
    }

    @Test
    void aTaskChangesASandboxThatStays() {
        SandboxId sandbox = host.create();
        Task task = host.run(in(shell("write /home/agent/a 1"), Specs.read("/home/agent/a")));
        assertThat(task.reason()).isEmpty();
        assertThat(task.state()).isEqualTo(TaskState.SUCCEEDED);
        assertThat(host.file(sandbox, "/home/agent/a")).hasValue("1");
        assertThat(host.sandboxes.checkpoints(sandbox))
                .extracting(checkpoint -> checkpoint.kind() + " " + checkpoint.label())
                .containsExactly("FULL before task work", "DISK before call 1 (shell) of task work");
        assertThat(host.sandboxes.get("work").task()).isEmpty();
    }

    @Test
    void aTaskThatFailsLeavesTheSandboxAsItWas() {
        SandboxId sandbox = host.create();
        host.run(in(shell("write /home/agent/a before")));
        Task task = host.run(in(shell("write /home/agent/a after"), shell("exit 4")));
        assertThat(task.state()).isEqualTo(TaskState.FAILED);
        assertThat(task.reason()).isEqualTo("call 2 (shell): exit code 4");
        assertThat(task.rolledBack()).isTrue();
        assertThat(host.file(sandbox, "/home/agent/a")).hasValue("before");
        assertThat(host.sandboxes.checkpoints(sandbox))
                .filteredOn(checkpoint -> checkpoint.kind() == CheckpointKind.FULL)
                .hasSize(2);
    }

    @Test
    void aTaskOfItsOwnSandboxLeavesNoMachine() {
        assertThat(host.run(Specs.own(OnFailure.ROLLBACK, false, shell("echo x")))
                        .reason())
                .isEmpty();
        assertThat(host.run(Specs.own(OnFailure.ROLLBACK, false, shell("exit 1")))
                        .state())
                .isEqualTo(TaskState.FAILED);
        assertThat(host.machines.list()).isEmpty();
    }

    @Test
    void aTaskThatEndsBeforeItsFirstSessionLetsGoOfItsSandbox() {
        AtomicBoolean failed = new AtomicBoolean();
        // Once, as soon as the sandbox is there.
        host.outputFull =
                () -> host.sandboxes.list(Map.of()).stream().anyMatch(sandbox -> sandbox.state() == SandboxState.READY)
                        && !failed.getAndSet(true);
        Task task = host.run(Specs.own(OnFailure.KEEP, false, shell("echo x")));
        assertThat(task).returns(TaskState.FAILED, Task::state).returns(Optional.empty(), Task::before);
        assertThat(task.reason()).contains("no space to write");
        Sandbox kept = host.sandboxes.get(task.sandbox().orElseThrow().value());
        assertThat(kept.task()).isEmpty();
        host.sandboxes.delete(kept.id(), false, TaskFixture.ACTOR);
    }

    @Test
    void aMachineThatIsKilledUnderACallComesBackAsItWas() {
        SandboxId sandbox = host.create();
        TaskId id = host.dispatch(in(shell("write /home/agent/a 1; wait")));
        TaskFixture.until(() -> host.file(sandbox, "/home/agent/a").isPresent());
        host.machines.crash(new VmId(sandbox.value()));
        Task task = host.await(id);
        assertThat(task.state()).isEqualTo(TaskState.INTERRUPTED);
        assertThat(task.rolledBack()).isTrue();
        assertThat(host.sandboxes.get("work").state()).isEqualTo(SandboxState.READY);
        assertThat(host.file(sandbox, "/home/agent/a")).isEmpty();
    }

    @Test
    void aProgramThatDoesNotEndIsTakenAwayWithTheMachinesState() {
        SandboxId sandbox = host.create();
        Task task = host.run(in(shell("write /home/agent/a 1; hang", Duration.ofSeconds(2))));
        assertThat(task.results().getFirst().outcome()).isEqualTo(CallResult.Outcome.TIME_LIMIT);
        assertThat(task.rolledBack()).isTrue();
        assertThat(host.file(sandbox, "/home/agent/a")).isEmpty();
        assertThat(host.run(in(shell("echo x"))).state()).isEqualTo(TaskState.SUCCEEDED);
    }

    @Test
    void aProgramThatDoesNotEndInASandboxToBeKeptStandsStillWithIt() {
        SandboxId sandbox = host.create();
        Task task =
                host.run(Specs.in("work", OnFailure.KEEP, shell("write /home/agent/a 1; hang", Duration.ofSeconds(2))));
        assertThat(task.reason()).endsWith("the sandbox is paused");
        assertThat(host.sandboxes.get("work"))
                .returns(SandboxState.PAUSED, Sandbox::state)
                .returns(Optional.empty(), Sandbox::task);
        assertThat(host.file(sandbox, "/home/agent/a")).hasValue("1");
    }

    @Test
    void aHostAgentThatIsKilledUnderATaskRollsItBackWhenItStartsAgain() {
        SandboxId sandbox = host.create();
        TaskId running = host.dispatch(in(shell("write /home/agent/a 1; wait")));
        TaskFixture.until(() -> host.file(sandbox, "/home/agent/a").isPresent());
        TaskId waiting = host.dispatch(in(shell("write /home/agent/b 1")));
        TaskId own = host.dispatch(Specs.own(OnFailure.ROLLBACK, false, shell("wait")));
        TaskFixture.until(() -> host.engine.get(own).before().isPresent());
        host.killAndRestart();
        assertThat(host.await(running))
                .returns(TaskState.INTERRUPTED, Task::state)
                .returns(true, Task::rolledBack);
        assertThat(host.await(own).state()).isEqualTo(TaskState.INTERRUPTED);
        assertThat(host.await(waiting).state()).isEqualTo(TaskState.SUCCEEDED);
        assertThat(host.file(sandbox, "/home/agent/a")).isEmpty();
        assertThat(host.file(sandbox, "/home/agent/b")).hasValue("1");
        assertThat(host.machines.list()).hasSize(1);
    }

    @Test
    void whatAnInterruptedTaskRanInIsItsOwnUntilItIsSettled() {
        SandboxId sandbox = host.create();
        TaskId id = host.dispatch(in(shell("write /home/agent/a 1; wait")));
        TaskFixture.until(() -> host.file(sandbox, "/home/agent/a").isPresent());
        host.outputFull = () -> true;
        host.killAndRestart();

        assertThat(host.sandboxes.get("work").task()).contains(id);
        assertFails(
                HostErrorCode.TASK_RUNNING,
                () -> host.sandboxes.fork(
                        sandbox, new ForkRequest(1, List.of(), Map.of()), TaskFixture.ACTOR, step -> {}));
        assertFails(HostErrorCode.SANDBOX_BUSY, () -> host.sandboxes.delete(sandbox, false, TaskFixture.ACTOR));
        CheckpointId before = host.engine.get(id).before().orElseThrow();
        assertFails(
                HostErrorCode.CHECKPOINT_IN_USE,
                () -> host.sandboxes.deleteCheckpoint(sandbox, before, TaskFixture.ACTOR));

        host.outputFull = () -> false;
        assertThat(host.await(id)).returns(TaskState.INTERRUPTED, Task::state).returns(true, Task::rolledBack);
        assertThat(host.file(sandbox, "/home/agent/a")).isEmpty();
        assertThat(host.sandboxes.get("work").task()).isEmpty();
    }

    @Test
    void anInterruptedTaskWhoseSandboxIsGoneEndsAllTheSame() {
        SandboxId sandbox = host.create();
        TaskId id = host.dispatch(in(shell("write /home/agent/a 1; wait")));
        TaskFixture.until(() -> host.file(sandbox, "/home/agent/a").isPresent());
        host.outputFull = () -> true;
        host.sandboxes.delete(sandbox, true, TaskFixture.ACTOR);
        host.killAndRestart();
        host.outputFull = () -> false;
        assertThat(host.await(id).state().ended()).isTrue();
    }

    private static void assertFails(HostErrorCode code, ThrowingCallable call) {
        assertThatExceptionOfType(HostException.class)
                .isThrownBy(call)
                .satisfies(failed -> assertThat(failed.code()).isEqualTo(code));
    }

    private static TaskSpec in(dev.mulligan.host.tool.ToolCall... calls) {
        return Specs.in("work", OnFailure.ROLLBACK, calls);
    }
}
