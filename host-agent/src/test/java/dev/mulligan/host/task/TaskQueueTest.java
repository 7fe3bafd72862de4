package dev.mulligan.host.task;

import static dev.mulligan.host.task.Specs.shell;
import static dev.mulligan.host.task.TaskFixture.ACTOR;
import static dev.mulligan.host.task.TaskFixture.OPTIONS;
import static dev.mulligan.host.task.TaskFixture.SANDBOX;
import static dev.mulligan.host.task.TaskFixture.until;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import dev.mulligan.host.SandboxId;
import dev.mulligan.host.TaskId;
import dev.mulligan.host.scope.Limits;
import dev.mulligan.host.scope.Scope;
import dev.mulligan.host.scope.Tool;
import dev.mulligan.host.store.MemoryDirectory;
import dev.mulligan.host.task.Tasks.Dispatched;
import dev.mulligan.host.task.Tasks.TaskFilter;
import dev.mulligan.vm.DataSize;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TaskQueueTest {
    @TempDir(factory = MemoryDirectory.class)
    private Path directory;

    private TaskFixture host;

    @BeforeEach
    void start() {
        host = new TaskFixture(
                        directory,
                        new TaskOptions(
                                2,
                                3,
                                OPTIONS.sandboxSize(),
                                OPTIONS.idle(),
                                OPTIONS.keptOutput(),
                                OPTIONS.keptOutputInAll(),
                                OPTIONS.obedience(),
                                OPTIONS.retry(),
                                OPTIONS.shutdown()))
                .start();
    }

    @AfterEach
    void close() {
        host.close();
    }

    @Test
    void tasksOfOneSandboxRunInTheOrderOfTheirDispatch() throws InterruptedException {
        TaskId first = host.dispatch(in("wait"));
        List<TaskId> others = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            others.add(host.dispatch(in("write /order" + i + " x")));
        }
        host.awaitState(first, TaskState.RUNNING);
        assertThat(others)
                .allSatisfy(id -> assertThat(host.engine.get(id).state()).isEqualTo(TaskState.QUEUED));
        host.engine.cancel(first, ACTOR);
        List<Task> ended = others.stream().map(host::await).toList();
        for (int i = 1; i < ended.size(); i++) {
            assertThat(ended.get(i).started().orElseThrow())
                    .isAfterOrEqualTo(ended.get(i - 1).ended().orElseThrow());
        }
    }

    @Test
    void tasksOfTheirOwnRunSideBySideUpToANumber() {
        CountDownLatch gate = new CountDownLatch(1);
        host.sandboxes.holdCreate(gate);
        List<TaskId> tasks = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            tasks.add(host.dispatch(Specs.own(OnFailure.ROLLBACK, false, shell("echo x"))));
        }
        until(() -> states(tasks, TaskState.RUNNING) == 2);
        // A sandbox that is there already has a lane of its own.
        assertThat(host.run(in("echo y")).state()).isEqualTo(TaskState.SUCCEEDED);
        assertThat(states(tasks, TaskState.QUEUED)).isEqualTo(2);
        gate.countDown();
        assertThat(tasks.stream().map(host::await)).allMatch(task -> task.state() == TaskState.SUCCEEDED);
    }

    @Test
    void aTaskWaitsForTheSandboxThatAnotherTaskGot() throws InterruptedException {
        TaskId owner = host.dispatch(Specs.own(OnFailure.ROLLBACK, true, shell("wait")));
        until(() -> host.engine.get(owner).before().isPresent());
        SandboxId sandbox = host.engine.get(owner).sandbox().orElseThrow();
        TaskId guest = host.dispatch(Specs.in(sandbox.value(), OnFailure.ROLLBACK, shell("write /guest 1")));
        assertThat(host.run(in("echo y")).state()).isEqualTo(TaskState.SUCCEEDED);
        assertThat(host.engine.get(guest).state()).isEqualTo(TaskState.QUEUED);
        host.engine.cancel(owner, ACTOR);
        assertThat(host.await(guest).state()).isEqualTo(TaskState.SUCCEEDED);
    }

    @Test
    void oneMoreThanMayWaitIsRefusedAndNotRecorded() throws InterruptedException {
        TaskId running = host.dispatch(in("write /waits 1; wait"));
        // In the middle of its call: it records nothing more.
        until(() -> host.machine().file("/waits").isPresent());
        for (int i = 0; i < 3; i++) {
            host.dispatch(in("echo x"));
        }
        int entries = host.record().size();
        assertRefused(HostErrorCode.QUEUE_FULL, () -> host.dispatch(in("echo x")));
        assertThat(host.record()).hasSize(entries);
        host.engine.cancel(running, ACTOR);
    }

    @Test
    void aSecondDispatchWithTheSameIdReturnsTheFirstTask() {
        Optional<TaskId> id = Optional.of(new TaskId("mine"));
        Dispatched first = host.engine.dispatch(id, in("echo 1"), ACTOR);
        Dispatched second = host.engine.dispatch(id, in("echo 2"), ACTOR);
        assertThat(first.existing()).isFalse();
        assertThat(second.existing()).isTrue();
        assertThat(second.task().spec()).isEqualTo(first.task().spec());
        host.await(new TaskId("mine"));
        assertThat(host.output(new TaskId("mine"))).isEqualTo("1\n");
        assertThat(host.kinds()).filteredOn("task.dispatched"::equals).hasSize(1);
    }

    @Test
    void whatCannotRunIsRefusedAtOnce() {
        assertRefused(
                HostErrorCode.UNKNOWN_SANDBOX,
                () -> host.dispatch(Specs.in("nonesuch", OnFailure.ROLLBACK, shell("echo x"))));
        assertRefused(
                HostErrorCode.UNKNOWN_IMAGE,
                () -> host.dispatch(Specs.spec(
                        new TaskPlace.NewSandbox("nonesuch"),
                        Specs.EVERYTHING,
                        OnFailure.KEEP,
                        false,
                        shell("echo x"))));
        Limits tooMuch = new Limits(
                Optional.empty(),
                Optional.of(DataSize.ofGibibytes(64)),
                OptionalInt.empty(),
                Optional.empty(),
                OptionalInt.empty());
        assertRefused(
                HostErrorCode.BAD_SCOPE,
                () -> host.dispatch(Specs.spec(
                        new TaskPlace.ExistingSandbox(SANDBOX),
                        new Scope(Set.of(Tool.SHELL), false, tooMuch),
                        OnFailure.KEEP,
                        false,
                        shell("echo x"))));
        assertThat(host.record()).isEmpty();
        assertRefused(HostErrorCode.UNKNOWN_TASK, () -> host.engine.get(new TaskId("nonesuch")));
    }

    @Test
    void aSpecificationThatCannotBeRunIsNamed() {
        assertRefused(HostErrorCode.BAD_TASK, () -> Specs.in(SANDBOX, OnFailure.KEEP));
        assertRefused(
                HostErrorCode.BAD_TASK,
                () -> new TaskSpec(
                        "x".repeat(201),
                        new TaskPlace.NewSandbox("base"),
                        Scope.NOTHING,
                        OnFailure.KEEP,
                        List.of(shell("x")),
                        Map.of(),
                        false));
        assertRefused(HostErrorCode.BAD_TASK, () -> new TaskPlace.NewSandbox(" "));
    }

    @Test
    void cancelEndsWhatRunsAndReturnsTheMachine() throws InterruptedException {
        TaskId id = host.dispatch(in("write /a 1; wait"));
        until(() -> host.machine().file("/a").isPresent());
        Task task = host.engine.cancel(id, ACTOR);
        assertThat(task.state()).isEqualTo(TaskState.CANCELLED);
        assertThat(task.results()).singleElement().returns(CallResult.Outcome.CANCELLED, CallResult::outcome);
        assertThat(task.rolledBack()).isTrue();
        assertThat(host.machine().files()).isEmpty();
        assertThat(host.kinds()).contains("task.cancel_requested");
    }

    @Test
    void cancelEndsWhatWaitsBeforeItRan() throws InterruptedException {
        TaskId running = host.dispatch(in("wait"));
        TaskId waiting = host.dispatch(in("write /never 1"));
        assertThat(host.engine.cancel(waiting, ACTOR))
                .returns(TaskState.CANCELLED, Task::state)
                .returns(Optional.empty(), Task::started);
        host.engine.cancel(running, ACTOR);
        assertThat(host.run(in("echo x")).state()).isEqualTo(TaskState.SUCCEEDED);
        assertThat(host.machine().files()).isEmpty();
        assertThat(host.events(waiting, 0)).last().isInstanceOf(TaskEvent.StateChanged.class);
    }

    @Test
    void whatIsInTheJournalRunsThoughItsFirstEventCouldNotBeKept() throws InterruptedException {
        TaskId running = host.dispatch(in("write /a 1; wait"));
        until(() -> host.machine().file("/a").isPresent());
        Optional<TaskId> id = Optional.of(new TaskId("mine"));
        host.outputFull(true);
        assertThat(host.engine.dispatch(id, in("write /mine 1"), ACTOR).existing())
                .isFalse();
        host.outputFull(false);
        assertThat(host.engine.dispatch(id, in("write /mine 1"), ACTOR).existing())
                .isTrue();
        host.engine.cancel(running, ACTOR);
        assertThat(host.await(new TaskId("mine")).state()).isEqualTo(TaskState.SUCCEEDED);
        assertThat(host.machine().files()).containsOnlyKeys("/mine");
    }

    @Test
    void whatWasCancelledBeforeItRanNeverRunsThoughItsEndCouldNotBeTold() throws InterruptedException {
        TaskId running = host.dispatch(in("write /a 1; wait"));
        until(() -> host.machine().file("/a").isPresent());
        TaskId waiting = host.dispatch(in("write /never 1"));
        host.outputFull(true);
        assertRefused(HostErrorCode.HOST_DISK_FULL, () -> host.engine.cancel(waiting, ACTOR));
        host.outputFull(false);
        host.engine.cancel(running, ACTOR);
        assertThat(host.run(in("echo x")).state()).isEqualTo(TaskState.SUCCEEDED);
        assertThat(host.engine.get(waiting))
                .returns(TaskState.CANCELLED, Task::state)
                .returns(Optional.empty(), Task::started)
                .returns("cancelled before it ran", Task::reason);
        assertThat(host.machine().files()).isEmpty();
        assertThat(host.events(waiting, 0)).last().isInstanceOf(TaskEvent.StateChanged.class);
        assertThat(host.record())
                .filteredOn(entry -> entry.event().task().equals(Optional.of(waiting)))
                .filteredOn(entry -> entry.event().kind().equals("task.ended"))
                .hasSize(1);
    }

    @Test
    void cancelWhileTheSandboxStartsLeavesNone() throws InterruptedException {
        host.sandboxes.holdCreate(new CountDownLatch(1));
        TaskId id = host.dispatch(Specs.own(OnFailure.ROLLBACK, false, shell("echo x")));
        until(() -> host.kinds().contains("sandbox.created"));
        assertThat(host.engine.cancel(id, ACTOR).state()).isEqualTo(TaskState.CANCELLED);
        assertThat(host.machines).hasSize(1);
    }

    @Test
    void cancellingWhatHasEndedChangesNothing() throws InterruptedException {
        Task task = host.run(in("echo x"));
        int entries = host.record().size();
        assertThat(host.engine.cancel(task.id(), ACTOR)).isEqualTo(task);
        assertThat(host.record()).hasSize(entries);
    }

    @Test
    void listsNewestFirstByStateSandboxAndLabelPageByPage() {
        List<TaskId> tasks = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            tasks.add(host.run(in(i == 2 ? "exit 1" : "echo x")).id());
        }
        TaskFilter all = new TaskFilter(Set.of(), Optional.empty(), Map.of());
        Tasks.Page first = host.engine.list(all, 2, "");
        Tasks.Page second = host.engine.list(all, 2, first.nextPageToken());
        Tasks.Page third = host.engine.list(all, 2, second.nextPageToken());
        assertThat(third.nextPageToken()).isEmpty();
        List<TaskId> listed = new ArrayList<>();
        List.of(first, second, third).forEach(page -> page.tasks().forEach(task -> listed.add(task.id())));
        assertThat(listed).isEqualTo(tasks.reversed());
        assertThat(ids(new TaskFilter(Set.of(TaskState.FAILED), Optional.empty(), Map.of())))
                .containsExactly(tasks.get(2));
        assertThat(ids(new TaskFilter(Set.of(), Optional.of(new SandboxId("sb-nonesuch00")), Map.of())))
                .isEmpty();
        assertThat(ids(new TaskFilter(Set.of(), Optional.of(new SandboxId(SANDBOX)), Map.of("team", "blue"))))
                .hasSize(5);
        assertThat(ids(new TaskFilter(Set.of(), Optional.empty(), Map.of("team", "red"))))
                .isEmpty();
        assertRefused(HostErrorCode.INVALID_ARGUMENT, () -> host.engine.list(all, 1001, ""));
        assertRefused(HostErrorCode.INVALID_ARGUMENT, () -> host.engine.list(all, 1, "not a token"));
    }

    @Test
    void aShutdownInterruptsWhatRunsAndLeavesWhatWaitsForTheNextStart() {
        TaskId running = host.dispatch(in("write /a 1; wait"));
        until(() -> host.machine().file("/a").isPresent());
        TaskId waiting = host.dispatch(in("write /b 1"));
        host.engine.close();
        assertThat(host.engine.get(running))
                .returns(TaskState.INTERRUPTED, Task::state)
                .returns(true, Task::rolledBack);
        assertThat(host.engine.get(waiting).state()).isEqualTo(TaskState.QUEUED);
        assertRefused(HostErrorCode.SHUTTING_DOWN, () -> host.dispatch(in("echo x")));
        host.restart();
        host.start();
        assertThat(host.await(waiting).state()).isEqualTo(TaskState.SUCCEEDED);
        assertThat(host.machine().files()).containsOnlyKeys("/b");
    }

    private List<TaskId> ids(TaskFilter filter) {
        return host.engine.list(filter, 0, "").tasks().stream().map(Task::id).toList();
    }

    private long states(List<TaskId> tasks, TaskState state) {
        return tasks.stream().filter(id -> host.engine.get(id).state() == state).count();
    }

    private static TaskSpec in(String line) {
        return Specs.in(SANDBOX, OnFailure.ROLLBACK, shell(line));
    }

    private static void assertRefused(HostErrorCode code, ThrowingCallable attempt) {
        assertThatThrownBy(attempt).asInstanceOf(type(HostException.class)).returns(code, HostException::code);
    }
}
