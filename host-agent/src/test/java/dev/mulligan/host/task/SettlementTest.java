package dev.mulligan.host.task;

import static dev.mulligan.host.task.Specs.shell;
import static dev.mulligan.host.task.TaskFixture.SANDBOX;
import static dev.mulligan.host.task.TaskFixture.until;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import dev.mulligan.host.TaskId;
import dev.mulligan.host.sandbox.VmFailures;
import dev.mulligan.host.store.MemoryDirectory;
import dev.mulligan.host.task.TaskEvent.Progress;
import dev.mulligan.vm.VmErrorCode;
import dev.mulligan.vm.VmException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/** What happens to the sandbox at a task's end if the machines can't be had just then. */
class SettlementTest {
    private static final TaskSpec DAMAGE = Specs.in(SANDBOX, OnFailure.ROLLBACK, shell("write /a 1; exit 1"));

    @TempDir(factory = MemoryDirectory.class)
    private Path directory;

    private final AtomicInteger failures = new AtomicInteger();
    private volatile HostException failure = translated(VmErrorCode.HYPERVISOR_UNAVAILABLE);
    private volatile String failing = "rollback";
    private TaskFixture host;

    @BeforeEach
    void start() {
        host = new TaskFixture(directory);
        rig();
    }

    private void rig() {
        host.rig(UnaryOperator.identity(), UnaryOperator.identity(), act -> {
            if (act.equals(failing)) {
                failures.incrementAndGet();
                throw failure;
            }
        });
        host.renew().start();
    }

    @AfterEach
    void close() {
        host.close();
    }

    @ParameterizedTest
    @EnumSource(names = {"HYPERVISOR_UNAVAILABLE", "CONFLICT"})
    void aRollbackWaitsUntilItCanBeDoneAndHoldsTheSandbox(VmErrorCode passing) {
        failure = translated(passing);
        TaskId id = host.dispatch(DAMAGE);
        TaskId next = host.dispatch(Specs.in(SANDBOX, OnFailure.ROLLBACK, Specs.read("/a")));
        awaitFailures(3);
        assertThat(host.engine.get(id).state()).isEqualTo(TaskState.RUNNING);
        assertThat(host.engine.get(next).state()).isEqualTo(TaskState.QUEUED);

        failing = "nothing";
        assertRolledBack(host.await(id));
        assertThat(host.await(next).results())
                .as("what the task left is gone")
                .singleElement()
                .returns(CallResult.Outcome.ERROR, CallResult::outcome);
        assertThat(host.events(id, 0))
                .filteredOn(event ->
                        event instanceof Progress step && step.message().startsWith("rolling back"))
                .hasSize(1);
    }

    @Test
    void aMachineThatDiedWithTheHypervisorIsRolledBackToo() {
        failure = HostException.of(HostErrorCode.GUEST_UNREACHABLE, "the machine died under the sandbox")
                .cause(translated(VmErrorCode.HYPERVISOR_UNAVAILABLE))
                .build();
        TaskId id = host.dispatch(DAMAGE);
        awaitFailures(2);
        failing = "nothing";
        assertRolledBack(host.await(id));
    }

    @Test
    void aSandboxOfItsOwnIsDeletedWhenItCanBe() {
        failing = "delete";
        TaskId id = host.dispatch(Specs.own(OnFailure.ROLLBACK, false, shell("echo x")));
        awaitFailures(3);
        assertThat(host.engine.get(id).state()).isEqualTo(TaskState.RUNNING);
        failing = "nothing";
        assertThat(host.await(id)).returns(TaskState.SUCCEEDED, Task::state).returns("", Task::reason);
        assertThat(host.machines).hasSize(1);
    }

    /** A guest can hold on to a disk for ever: nobody waits for it. */
    @ParameterizedTest
    @EnumSource(
            mode = Mode.EXCLUDE,
            names = {"HYPERVISOR_UNAVAILABLE", "CONFLICT", "CLOSED"})
    void whatDoesNotPassIsToldAndEndsTheTask(VmErrorCode lasting) {
        failure = translated(lasting);
        Task task = host.run(DAMAGE);
        assertThat(task).returns(TaskState.FAILED, Task::state).returns(false, Task::rolledBack);
        assertThat(task.reason()).contains("; the rollback failed: ");
        assertThat(failures).hasValue(1);
    }

    @Test
    void aShutdownDoesNotWaitForItAndTheNextStartDoesIt() {
        TaskId id = host.dispatch(DAMAGE);
        awaitFailures(2);
        long begin = System.nanoTime();
        host.engine.close();
        assertThat(Duration.ofNanos(System.nanoTime() - begin))
                .isLessThan(TaskFixture.OPTIONS.shutdown().dividedBy(2));
        assertThat(host.engine.get(id).state()).isEqualTo(TaskState.RUNNING);

        host.restart();
        rig();
        awaitFailures(3);
        assertThat(host.engine.get(id).state()).isEqualTo(TaskState.RUNNING);
        failing = "nothing";
        assertRolledBack(host.await(id));
    }

    private void assertRolledBack(Task task) {
        assertThat(task)
                .returns(TaskState.FAILED, Task::state)
                .returns(true, Task::rolledBack)
                .returns("call 1 (shell): exit code 1", Task::reason);
        assertThat(host.machine().files()).isEmpty();
    }

    private void awaitFailures(int more) {
        int from = failures.get();
        until(() -> failures.get() >= from + more);
    }

    private static HostException translated(VmErrorCode code) {
        return VmFailures.translate(VmException.of(code, "machine", "some", "another", "try again"));
    }
}
