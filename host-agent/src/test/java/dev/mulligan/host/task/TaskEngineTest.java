package dev.mulligan.host.task;

import static dev.mulligan.host.task.Specs.python;
import static dev.mulligan.host.task.Specs.read;
import static dev.mulligan.host.task.Specs.shell;
import static dev.mulligan.host.task.TaskFixture.SANDBOX;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import dev.mulligan.host.guest.GuestPath;
import dev.mulligan.host.scope.Limits;
import dev.mulligan.host.scope.Scope;
import dev.mulligan.host.scope.Tool;
import dev.mulligan.host.store.MemoryDirectory;
import dev.mulligan.host.task.CallResult.Outcome;
import dev.mulligan.host.tool.FilesOperation;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TaskEngineTest {
    @TempDir(factory = MemoryDirectory.class)
    private Path directory;

    private TaskFixture host;

    @BeforeEach
    void start() {
        host = new TaskFixture(directory).start();
    }

    @AfterEach
    void close() {
        host.close();
    }

    @Test
    void runsItsCallsOneAfterAnotherEachBehindACheckpoint() {
        Task task = host.run(Specs.in(SANDBOX, OnFailure.ROLLBACK, shell("write /a 1"), shell("echo hello")));
        assertThat(task.state()).isEqualTo(TaskState.SUCCEEDED);
        assertThat(task.reason()).isEmpty();
        assertThat(task.results()).extracting(CallResult::outcome).containsExactly(Outcome.OK, Outcome.OK);
        assertThat(host.sandboxes.acts())
                .containsExactly(
                        "checkpoint FULL before task work",
                        "checkpoint DISK before call 1 (shell) of task work",
                        "run bash as agent",
                        "checkpoint DISK before call 2 (shell) of task work",
                        "run bash as agent");
        assertThat(host.kinds())
                .containsExactly(
                        "task.dispatched",
                        "scope.resolved",
                        "checkpoint.created",
                        "call.decided",
                        "checkpoint.created",
                        "call.ended",
                        "call.decided",
                        "checkpoint.created",
                        "call.ended",
                        "task.ended");
        assertThat(host.machine().file("/a")).hasValue("1");
        assertThat(host.output(task.id())).isEqualTo("hello\n");
        assertThat(host.audit.reader().verify().whole()).isTrue();
    }

    @Test
    void sourceCodeIsEvaluatedInSessions() {
        Task task = host.run(Specs.in(SANDBOX, OnFailure.ROLLBACK, python("echo from python"), Specs.node("echo x")));
        assertThat(task.state()).isEqualTo(TaskState.SUCCEEDED);
        assertThat(host.sandboxes.acts()).contains("evaluate python as agent", "evaluate node as root");
        assertThat(host.machine().files()).isEmpty();
        assertThat(host.output(task.id())).isEqualTo("from python\nx\n");
    }

    @Test
    void filesAreReadListedWrittenMovedAndRemoved() {
        host.machine().put("/d/old", "content");
        Task task = host.run(Specs.in(
                SANDBOX,
                OnFailure.ROLLBACK,
                read("/d/old"),
                Specs.files(new FilesOperation.Write(GuestPath.of("/d/new"), "more".getBytes(StandardCharsets.UTF_8))),
                Specs.files(new FilesOperation.Move(GuestPath.of("/d/old"), GuestPath.of("/d/moved"))),
                Specs.files(new FilesOperation.Remove(GuestPath.of("/d/new"), false)),
                Specs.files(new FilesOperation.ListDirectory(GuestPath.of("/d")))));
        assertThat(task.state()).isEqualTo(TaskState.SUCCEEDED);
        assertThat(host.output(task.id())).startsWith("content{\"path\":\"/d/moved\",\"type\":\"regular\",\"size\":7");
        // No checkpoint before what can't write: calls 1 and 5.
        assertThat(task.results())
                .extracting(result -> result.checkpoint().isPresent())
                .containsExactly(false, true, true, true, false);
    }

    @Test
    void theFirstCallThatFailsEndsTheTaskAndTheMachineReturns() {
        host.machine().put("/precious", "yes");
        Task task = host.run(Specs.in(
                SANDBOX, OnFailure.ROLLBACK, shell("remove /precious"), shell("exit 3"), shell("write /never 1")));
        assertThat(task.state()).isEqualTo(TaskState.FAILED);
        assertThat(task.reason()).isEqualTo("call 2 (shell): exit code 3");
        assertThat(task.results()).extracting(CallResult::exitCode).containsExactly(0, 3);
        assertThat(task.rolledBack()).isTrue();
        assertThat(host.machine().files()).containsOnlyKeys("/precious");
        assertThat(host.kinds()).endsWith("call.ended", "sandbox.rolled_back", "task.ended");
    }

    @Test
    void keepLeavesTheMachineAsItIs() {
        Task task = host.run(Specs.in(SANDBOX, OnFailure.KEEP, shell("write /a 1; exit 1")));
        assertThat(task.state()).isEqualTo(TaskState.FAILED);
        assertThat(task.rolledBack()).isFalse();
        assertThat(host.machine().file("/a")).hasValue("1");
    }

    @Test
    void aFileOperationThatFailsIsAnErrorWithItsReason() {
        Task task = host.run(Specs.in(SANDBOX, OnFailure.ROLLBACK, read("/nothing")));
        assertThat(task.results()).singleElement().satisfies(result -> {
            assertThat(result.outcome()).isEqualTo(Outcome.ERROR);
            assertThat(result.message()).contains("/nothing");
        });
    }

    @Test
    void whatTheScopeDoesNotAllowDoesNotRun() {
        TaskSpec spec = Specs.spec(
                new TaskPlace.ExistingSandbox(SANDBOX),
                new Scope(Set.of(Tool.FILES), false, Limits.DEFAULT),
                OnFailure.ROLLBACK,
                false,
                shell("write /a 1"));
        Task task = host.run(spec);
        assertThat(task.results()).singleElement().satisfies(result -> {
            assertThat(result.outcome()).isEqualTo(Outcome.DENIED);
            assertThat(result.message()).startsWith("scope.tools");
        });
        assertThat(host.sandboxes.acts()).containsExactly("checkpoint FULL before task work", "rollback");
        assertThat(host.record())
                .filteredOn(entry -> entry.event().kind().equals("call.decided"))
                .singleElement()
                .satisfies(entry -> {
                    assertThat(entry.event().decision()).isEqualTo("deny");
                    assertThat(entry.event().rule()).isEqualTo("scope.tools");
                });
    }

    @Test
    void aTaskOfItsOwnSandboxLeavesNone() {
        Task task = host.run(Specs.own(OnFailure.ROLLBACK, false, shell("echo x")));
        assertThat(task.state()).isEqualTo(TaskState.SUCCEEDED);
        assertThat(task.sandbox()).isPresent();
        assertThat(host.machines).hasSize(1);
        host.run(Specs.own(OnFailure.ROLLBACK, false, shell("exit 1")));
        assertThat(host.machines).hasSize(1);
    }

    @Test
    void aTaskKeepsItsOwnSandboxIfItSaysSo() {
        assertThat(host.run(Specs.own(OnFailure.ROLLBACK, true, shell("write /a 1")))
                        .state())
                .isEqualTo(TaskState.SUCCEEDED);
        assertThat(host.machines).hasSize(2);
        Task kept = host.run(Specs.own(OnFailure.KEEP, false, shell("write /a 1; exit 1")));
        assertThat(host.machine(kept.sandbox().orElseThrow()).file("/a")).hasValue("1");
        Task rolledBack = host.run(Specs.own(OnFailure.ROLLBACK, true, shell("write /a 1; exit 1")));
        assertThat(rolledBack.rolledBack()).isTrue();
        assertThat(host.machine(rolledBack.sandbox().orElseThrow()).files()).isEmpty();
    }

    @Test
    void aCallThatRunsTooLongIsKilled() {
        Task task = host.run(Specs.in(SANDBOX, OnFailure.ROLLBACK, shell("echo a; wait", Duration.ofSeconds(1))));
        assertThat(task.results()).singleElement().satisfies(result -> {
            assertThat(result.outcome()).isEqualTo(Outcome.TIME_LIMIT);
            // On a busy host the end of the program may be heard of late, which is said, too.
            assertThat(result.message()).startsWith("ran longer than 1000 ms");
        });
        assertThat(host.output(task.id())).isEqualTo("a\n");
    }

    @Test
    void aGuestThatDoesNotEndTheCallIsRolledBack() {
        Task task = host.run(Specs.in(SANDBOX, OnFailure.ROLLBACK, shell("write /a 1; hang", Duration.ofSeconds(1))));
        assertThat(task.state()).isEqualTo(TaskState.FAILED);
        assertThat(task.reason()).contains("the guest did not end it");
        assertThat(task.rolledBack()).isTrue();
        assertThat(host.machine().files()).isEmpty();
    }

    @Test
    void aGuestThatDoesNotEndTheCallAndIsToBeKeptStandsStill() {
        Task task = host.run(Specs.in(SANDBOX, OnFailure.KEEP, shell("write /a 1; hang", Duration.ofSeconds(1))));
        assertThat(task.reason()).endsWith("the sandbox is paused");
        assertThat(host.machine().paused()).isTrue();
        assertThat(host.machine().file("/a")).hasValue("1");
    }

    @Test
    void aCallThatPrintsTooMuchIsStopped() {
        TaskSpec spec = Specs.spec(
                new TaskPlace.ExistingSandbox(SANDBOX),
                Specs.printing(100_000),
                OnFailure.ROLLBACK,
                false,
                shell("flood 10000000000"));
        Task task = host.run(spec);
        assertThat(task.results()).singleElement().satisfies(result -> {
            assertThat(result.outcome()).isEqualTo(Outcome.OUTPUT_LIMIT);
            assertThat(result.outputBytes()).isGreaterThan(100_000);
        });
        assertThat(host.output(task.id())).hasSize(100_000);
    }

    @Test
    void aCallThatUsesTooMuchMemoryFails() {
        assertThat(host.run(Specs.in(SANDBOX, OnFailure.ROLLBACK, shell("memory")))
                        .results())
                .singleElement()
                .returns(Outcome.MEMORY_LIMIT, CallResult::outcome);
    }

    @Test
    void aMachineThatDiesInterruptsTheTaskAndReturns() {
        Task task = host.run(Specs.in(SANDBOX, OnFailure.ROLLBACK, shell("write /a 1; die")));
        assertThat(task.state()).isEqualTo(TaskState.INTERRUPTED);
        assertThat(task.results()).singleElement().returns(Outcome.INTERRUPTED, CallResult::outcome);
        assertThat(task.rolledBack()).isTrue();
        assertThat(host.machine().files()).isEmpty();
    }

    @Test
    void aBrokenSandboxFailsTheTaskBeforeAnythingRuns() {
        host.machine().kill();
        Task task = host.run(Specs.in(SANDBOX, OnFailure.ROLLBACK, shell("echo x")));
        assertThat(task.state()).isEqualTo(TaskState.FAILED);
        assertThat(task.reason()).contains("the machine died");
        assertThat(host.sandboxes.acts()).isEmpty();
    }

    @Test
    void aRollbackThatFailsIsTold() {
        host.sandboxes.failRollback(
                HostException.of(HostErrorCode.HOST_DISK_FULL, "no space").build());
        Task task = host.run(Specs.in(SANDBOX, OnFailure.ROLLBACK, shell("exit 1")));
        assertThat(task.state()).isEqualTo(TaskState.FAILED);
        assertThat(task.rolledBack()).isFalse();
        assertThat(task.reason()).isEqualTo("call 1 (shell): exit code 1; the rollback failed: no space");
    }

    @Test
    void aProgramThatIsNotThereIsAnError() {
        Task task = host.run(Specs.in(
                SANDBOX,
                OnFailure.ROLLBACK,
                new dev.mulligan.host.tool.ToolCall.Shell(
                        new dev.mulligan.host.tool.ShellCommand.Program(List.of("nonesuch")),
                        false,
                        java.util.Optional.empty())));
        assertThat(task.results()).singleElement().returns(127, CallResult::exitCode);
    }

    @Test
    void theRecordHoldsDigestsOfWhatWasPrintedAndThePathsOfFiles() {
        host.run(Specs.in(
                SANDBOX,
                OnFailure.ROLLBACK,
                shell("echo hello; warn you; echo again"),
                Specs.files(new FilesOperation.MakeDirectory(GuestPath.of("/made")))));
        List<Map<String, String>> ended = details("call.ended");
        // printf 'hello\nagain\n' | sha256sum
        assertThat(ended.getFirst())
                .containsEntry("stdout_sha256", "1fd6850740ef8540775d8e78ff8ff5f1403eda342b25c4a591d3836539526e8c")
                .containsEntry("stderr_sha256", "ee6ba21ef6c1d60787b2db86606817990a3ca99675d918858cbf73aa1ad942ac");
        assertThat(ended.getLast()).doesNotContainKeys("stdout_sha256", "stderr_sha256");
        assertThat(details("call.decided").getLast()).containsEntry("path", "/made");
    }

    private List<Map<String, String>> details(String kind) {
        return host.record().stream()
                .map(entry -> entry.event())
                .filter(event -> event.kind().equals(kind))
                .map(event -> event.details())
                .toList();
    }

    @Test
    void theHeadIsSignedWhenATaskEnds() {
        host.run(Specs.in(SANDBOX, OnFailure.ROLLBACK, shell("echo x")));
        assertThat(host.audit.reader().verify())
                .satisfies(verdict -> assertThat(verdict.signed())
                        .map(signed -> signed.sequence())
                        .contains(verdict.sequence()));
    }

    @Test
    void theRecordHoldsNeitherArgumentsNorOutput() {
        host.run(Specs.in(SANDBOX, OnFailure.ROLLBACK, shell("echo the-secret"), python("echo the-secret")));
        assertThat(host.record()).noneMatch(entry -> entry.toString().contains("the-secret"));
        assertThat(host.record())
                .filteredOn(entry -> entry.event().kind().equals("call.decided"))
                .allSatisfy(entry -> assertThat(entry.event().details().get("arguments_sha256"))
                        .hasSize(64));
    }
}
