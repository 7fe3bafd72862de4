package dev.mulligan.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.mulligan.proto.host.v1.AuditServiceGrpc;
import dev.mulligan.proto.host.v1.CheckpointServiceGrpc;
import dev.mulligan.proto.host.v1.CreateSandboxRequest;
import dev.mulligan.proto.host.v1.DeleteImageRequest;
import dev.mulligan.proto.host.v1.DeleteSandboxRequest;
import dev.mulligan.proto.host.v1.DispatchRequest;
import dev.mulligan.proto.host.v1.ExecRequest;
import dev.mulligan.proto.host.v1.ExecStart;
import dev.mulligan.proto.host.v1.FilesCall;
import dev.mulligan.proto.host.v1.FindLeftoversRequest;
import dev.mulligan.proto.host.v1.GetSandboxRequest;
import dev.mulligan.proto.host.v1.GetStatusRequest;
import dev.mulligan.proto.host.v1.GetTaskRequest;
import dev.mulligan.proto.host.v1.HostServiceGrpc;
import dev.mulligan.proto.host.v1.ImageServiceGrpc;
import dev.mulligan.proto.host.v1.ListCheckpointsRequest;
import dev.mulligan.proto.host.v1.ListImagesRequest;
import dev.mulligan.proto.host.v1.QueryAuditRequest;
import dev.mulligan.proto.host.v1.RollbackRequest;
import dev.mulligan.proto.host.v1.Sandbox;
import dev.mulligan.proto.host.v1.SandboxServiceGrpc;
import dev.mulligan.proto.host.v1.SandboxState;
import dev.mulligan.proto.host.v1.Scope;
import dev.mulligan.proto.host.v1.ShellCall;
import dev.mulligan.proto.host.v1.ShutdownRequest;
import dev.mulligan.proto.host.v1.Task;
import dev.mulligan.proto.host.v1.TaskServiceGrpc;
import dev.mulligan.proto.host.v1.TaskSpec;
import dev.mulligan.proto.host.v1.TaskState;
import dev.mulligan.proto.host.v1.Tool;
import dev.mulligan.proto.host.v1.ToolCall;
import dev.mulligan.proto.host.v1.VerifyAuditRequest;
import dev.mulligan.proto.host.v1.WatchTaskRequest;
import io.grpc.Status;
import io.grpc.StatusException;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The whole host agent over its socket, as a client meets it; only machines and guests are simulated. */
final class WiringTest {
    private HostFixture host;

    @BeforeEach
    void start() throws IOException {
        host = new HostFixture();
    }

    @AfterEach
    void stop() throws IOException {
        host.close();
    }

    @Test
    void aTaskRunsAndCanBeTakenBackAndTheRecordIsWhole() throws Exception {
        Sandbox sandbox = create("one");
        // By a task, not behind the host agent's back: a sandbox that nobody was in returns to its template's moment.
        Task first = run(TaskSpec.newBuilder()
                .setSandbox("one")
                .setScope(Scope.newBuilder().addTools(Tool.FILES))
                .addCalls(write("good"))
                .build());
        assertThat(first.getState()).as(first.getReason()).isEqualTo(TaskState.SUCCEEDED);

        Task task = run(TaskSpec.newBuilder()
                .setSandbox("one")
                .setScope(Scope.newBuilder().addTools(Tool.SHELL).addTools(Tool.FILES))
                .addCalls(shell("echo", "hello"))
                .addCalls(write("bad"))
                .build());

        assertThat(task.getState()).as(task.getReason()).isEqualTo(TaskState.SUCCEEDED);
        assertThat(host.guest(sandbox.getId()).disk().text("/home/agent/a")).contains("bad");

        var rolledBack = CheckpointServiceGrpc.newBlockingV2Stub(host.channel())
                .rollback(RollbackRequest.newBuilder()
                        .setSandbox("one")
                        .setCheckpointId(task.getCheckpointId())
                        .build());

        assertThat(rolledBack.getCheckpoint().getId()).isEqualTo(task.getCheckpointId());
        assertThat(host.guest(sandbox.getId()).disk().text("/home/agent/a")).contains("good");
        assertThat(CheckpointServiceGrpc.newBlockingV2Stub(host.channel())
                        .list(ListCheckpointsRequest.newBuilder()
                                .setSandbox("one")
                                .build())
                        .getCheckpointsList())
                .extracting("taskId")
                .contains(task.getId());
        var verdict =
                AuditServiceGrpc.newBlockingV2Stub(host.channel()).verify(VerifyAuditRequest.getDefaultInstance());
        assertThat(verdict.getWhole()).isTrue();
        assertThat(kinds()).contains("host.started", "sandbox.created", "task.dispatched", "sandbox.rolled_back");
    }

    @Test
    void aHostAgentThatCannotServeLeavesItsTasksWaiting() throws Exception {
        create("one");
        var tasks = TaskServiceGrpc.newBlockingV2Stub(host.channel());
        TaskSpec.Builder task = TaskSpec.newBuilder()
                .setSandbox("one")
                .setScope(Scope.newBuilder().addTools(Tool.SHELL));
        var _ = tasks.dispatch(DispatchRequest.newBuilder()
                .setTask(task.clone().addCalls(shell("sleep", "600")))
                .build());
        String waiting = tasks.dispatch(DispatchRequest.newBuilder()
                        .setTask(task.clone().addCalls(shell("true")))
                        .build())
                .getTask()
                .getId();
        host.wiring.close();
        Files.writeString(
                host.directories.config(),
                "tcp: {address: '127.0.0.1:0', certificate: /nowhere, key: /nowhere, tokens: {}}\n");
        assertThatThrownBy(host::open).isInstanceOf(HostException.class);
        Files.delete(host.directories.config());

        host.wiring = host.open();

        var watch = tasks.watch(WatchTaskRequest.newBuilder().setTaskId(waiting).build());
        while (watch.read() != null) {
            // To its end.
        }
        assertThat(tasks.get(GetTaskRequest.newBuilder().setTaskId(waiting).build())
                        .getTask()
                        .getState())
                .isEqualTo(TaskState.SUCCEEDED);
    }

    @Test
    void aProgramByHandRunsWithTheSandboxesEnvironment() throws Exception {
        create("one");
        var call = SandboxServiceGrpc.newBlockingV2Stub(host.channel()).exec();
        call.write(ExecRequest.newBuilder()
                .setStart(ExecStart.newBuilder()
                        .setSandbox("one")
                        .addArguments("env")
                        .putEnvironment("OWN", "2"))
                .build());
        StringBuilder output = new StringBuilder();
        int code = -1;
        for (var response = call.read(); response != null; response = call.read()) {
            output.append(response.getOutput().getData().toStringUtf8());
            code = response.getExited().getExitCode();
        }
        assertThat(code).isZero();
        assertThat(output).contains("OF_SANDBOX=1\n").contains("OWN=2\n");
        assertThat(kinds()).contains("sandbox.exec");
    }

    @Test
    void aCallOutsideTheScopeIsDeniedAndRecorded() throws Exception {
        Task task = run(TaskSpec.newBuilder()
                .setScope(Scope.newBuilder().addTools(Tool.FILES))
                .addCalls(shell("echo", "hello"))
                .build());

        assertThat(task.getState()).isEqualTo(TaskState.FAILED);
        assertThat(task.getResults(0).getMessage()).contains("scope.tools");
        assertThat(kinds()).contains("call.decided");
    }

    @Test
    void aSecondHostAgentIsRefusedAndTheFirstServesOn() throws Exception {
        assertThatExceptionOfType(HostException.class)
                .isThrownBy(host::open)
                .withMessageContainingAll("process " + ProcessHandle.current().pid(), "mulligan down")
                .satisfies(refused -> assertThat(refused.code()).isEqualTo(HostErrorCode.STATE_IN_USE));

        assertThat(HostServiceGrpc.newBlockingV2Stub(host.channel())
                        .getStatus(GetStatusRequest.getDefaultInstance())
                        .getEndpointsList())
                .containsExactly("unix:" + host.directories.socket());
    }

    @Test
    void afterARestartSandboxesTasksAndTheRecordAreThere() throws Exception {
        Sandbox sandbox = create("one");
        Task task = run(TaskSpec.newBuilder()
                .setSandbox("one")
                .setScope(Scope.newBuilder().addTools(Tool.SHELL))
                .addCalls(shell("true"))
                .build());

        host.restart();

        assertThat(SandboxServiceGrpc.newBlockingV2Stub(host.channel())
                        .get(GetSandboxRequest.newBuilder().setSandbox("one").build())
                        .getSandbox()
                        .getId())
                .isEqualTo(sandbox.getId());
        assertThat(TaskServiceGrpc.newBlockingV2Stub(host.channel())
                        .get(GetTaskRequest.newBuilder().setTaskId(task.getId()).build())
                        .getTask())
                .isEqualTo(task);
        assertThat(kinds()).filteredOn("host.started"::equals).hasSize(2);
        assertThat(HostServiceGrpc.newBlockingV2Stub(host.channel())
                        .findLeftovers(FindLeftoversRequest.getDefaultInstance())
                        .getLeftoversList())
                .isEmpty();
    }

    @Test
    void restingRefusesNewWorkAndPausesMachines() throws Exception {
        create("one");

        host.wiring.rest(false, new Actor("local:7"));
        host.restart();

        assertThat(SandboxServiceGrpc.newBlockingV2Stub(host.channel())
                        .get(GetSandboxRequest.newBuilder().setSandbox("one").build())
                        .getSandbox()
                        .getState())
                .isEqualTo(SandboxState.PAUSED);
        assertThat(kinds()).contains("host.stopping");
    }

    @Test
    void shutdownIsPassedOn() throws Exception {
        var response = HostServiceGrpc.newBlockingV2Stub(host.channel())
                .shutdown(ShutdownRequest.newBuilder().setStopSandboxes(true).build());
        assertThat(response).isNotNull();
        assertThat(host.stops).singleElement().satisfies(stop -> {
            assertThat(stop.getKey()).isTrue();
            assertThat(stop.getValue().toString()).startsWith("local:");
        });
    }

    @Test
    void anImageThatASandboxStandsOnStays() throws Exception {
        create("one");
        var images = ImageServiceGrpc.newBlockingV2Stub(host.channel());
        DeleteImageRequest base =
                DeleteImageRequest.newBuilder().setImage("base").build();

        assertThatExceptionOfType(StatusException.class)
                .isThrownBy(() -> images.delete(base))
                .withMessageContaining("delete the sandbox one first")
                .satisfies(refused ->
                        assertThat(refused.getStatus().getCode()).isEqualTo(Status.Code.FAILED_PRECONDITION));

        var deleted = SandboxServiceGrpc.newBlockingV2Stub(host.channel())
                .delete(DeleteSandboxRequest.newBuilder().setSandbox("one").build());
        assertThat(deleted).isNotNull();
        assertThat(images.delete(base)).isNotNull();
        assertThat(images.list(ListImagesRequest.getDefaultInstance()).getImagesList())
                .isEmpty();
        assertThat(kinds()).contains("image.deleted");
    }

    @Test
    void aStartThatFailsLeavesNothingOpen() throws Exception {
        host.wiring.close();
        java.nio.file.Files.writeString(
                host.directories.config(),
                "tcp: {address: 127.0.0.1:0, certificate: /none, key: /none, tokens: {a: /none}}");

        assertThatExceptionOfType(HostException.class).isThrownBy(host::open);
        assertThat(host.directories.socket()).doesNotExist();

        java.nio.file.Files.delete(host.directories.config());
        host.wiring = host.open();
    }

    private Sandbox create(String name) throws Exception {
        var call = SandboxServiceGrpc.newBlockingV2Stub(host.channel())
                .create(CreateSandboxRequest.newBuilder()
                        .setName(name)
                        .putEnvironment("OF_SANDBOX", "1")
                        .build());
        Sandbox sandbox = Sandbox.getDefaultInstance();
        for (var response = call.read(); response != null; response = call.read()) {
            sandbox = response.getSandbox();
        }
        assertThat(sandbox.getState()).isEqualTo(SandboxState.READY);
        return sandbox;
    }

    private Task run(TaskSpec spec) throws Exception {
        var tasks = TaskServiceGrpc.newBlockingV2Stub(host.channel());
        String id = tasks.dispatch(DispatchRequest.newBuilder().setTask(spec).build())
                .getTask()
                .getId();
        var watch = tasks.watch(WatchTaskRequest.newBuilder().setTaskId(id).build());
        while (watch.read() != null) {
            // To its end.
        }
        return tasks.get(GetTaskRequest.newBuilder().setTaskId(id).build()).getTask();
    }

    private List<String> kinds() throws Exception {
        var query = AuditServiceGrpc.newBlockingV2Stub(host.channel()).query(QueryAuditRequest.getDefaultInstance());
        List<String> kinds = new ArrayList<>();
        for (var entry = query.read(); entry != null; entry = query.read()) {
            kinds.add(entry.getEntry().getKind());
        }
        return kinds;
    }

    private static ToolCall shell(String... arguments) {
        return ToolCall.newBuilder()
                .setShell(ShellCall.newBuilder()
                        .setArguments(ShellCall.Arguments.newBuilder().addAllValues(List.of(arguments))))
                .build();
    }

    private static ToolCall.Builder write(String text) {
        return ToolCall.newBuilder()
                .setFiles(FilesCall.newBuilder()
                        .setWrite(FilesCall.Write.newBuilder()
                                .setPath("/home/agent/a")
                                .setContent(ByteString.copyFromUtf8(text))));
    }
}
