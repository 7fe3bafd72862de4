package dev.mulligan.host.real;

import com.google.protobuf.ByteString;
import dev.mulligan.host.cli.client.HostClient;
import dev.mulligan.host.cli.client.Patience;
import dev.mulligan.proto.host.v1.Approval;
import dev.mulligan.proto.host.v1.AuditEntry;
import dev.mulligan.proto.host.v1.Checkpoint;
import dev.mulligan.proto.host.v1.CreateCheckpointRequest;
import dev.mulligan.proto.host.v1.CreateSandboxRequest;
import dev.mulligan.proto.host.v1.CreateSandboxResponse;
import dev.mulligan.proto.host.v1.DecideApprovalRequest;
import dev.mulligan.proto.host.v1.DeleteSandboxRequest;
import dev.mulligan.proto.host.v1.DispatchRequest;
import dev.mulligan.proto.host.v1.ExecRequest;
import dev.mulligan.proto.host.v1.ExecResponse;
import dev.mulligan.proto.host.v1.ExecStart;
import dev.mulligan.proto.host.v1.FileInfo;
import dev.mulligan.proto.host.v1.FindLeftoversRequest;
import dev.mulligan.proto.host.v1.FindLeftoversResponse;
import dev.mulligan.proto.host.v1.ForkSandboxRequest;
import dev.mulligan.proto.host.v1.ForkSandboxResponse;
import dev.mulligan.proto.host.v1.GetTaskRequest;
import dev.mulligan.proto.host.v1.ListApprovalsRequest;
import dev.mulligan.proto.host.v1.ListCheckpointsRequest;
import dev.mulligan.proto.host.v1.ListFilesRequest;
import dev.mulligan.proto.host.v1.ListFilesResponse;
import dev.mulligan.proto.host.v1.ListSandboxesRequest;
import dev.mulligan.proto.host.v1.OnFailure;
import dev.mulligan.proto.host.v1.QueryAuditRequest;
import dev.mulligan.proto.host.v1.QueryAuditResponse;
import dev.mulligan.proto.host.v1.ReadFileRequest;
import dev.mulligan.proto.host.v1.ReadFileResponse;
import dev.mulligan.proto.host.v1.RollbackRequest;
import dev.mulligan.proto.host.v1.Sandbox;
import dev.mulligan.proto.host.v1.Scope;
import dev.mulligan.proto.host.v1.ShellCall;
import dev.mulligan.proto.host.v1.Task;
import dev.mulligan.proto.host.v1.TaskSpec;
import dev.mulligan.proto.host.v1.TaskState;
import dev.mulligan.proto.host.v1.Tool;
import dev.mulligan.proto.host.v1.ToolCall;
import dev.mulligan.proto.host.v1.VerifyAuditRequest;
import io.grpc.StatusException;
import io.grpc.stub.BlockingClientCall;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/** What a person does in sandboxes, over the host agent's gRPC. */
final class Hand {
    private static final Set<TaskState> OPEN = Set.of(TaskState.QUEUED, TaskState.RUNNING);

    private final Supplier<HostClient> client;

    /**
     * @param client of the host agent that runs now
     */
    Hand(Supplier<HostClient> client) {
        this.client = client;
    }

    Sandbox create(String name) throws StatusException, InterruptedException {
        return create(name, "base");
    }

    Sandbox create(String name, String image) throws StatusException, InterruptedException {
        BlockingClientCall<?, CreateSandboxResponse> call = client.get()
                .sandboxes(Patience.MACHINE)
                .create(CreateSandboxRequest.newBuilder()
                        .setName(name)
                        .setImage(image)
                        .build());
        Sandbox sandbox = Sandbox.getDefaultInstance();
        for (CreateSandboxResponse response = call.read(); response != null; response = call.read()) {
            if (response.hasSandbox()) {
                sandbox = response.getSandbox();
            }
        }
        return sandbox;
    }

    void delete(String sandbox) throws StatusException {
        var _ = client.get()
                .sandboxes(Patience.MACHINE)
                .delete(DeleteSandboxRequest.newBuilder().setSandbox(sandbox).build());
    }

    List<Sandbox> sandboxes() throws StatusException {
        return client.get()
                .sandboxes(Patience.ANSWER)
                .list(ListSandboxesRequest.getDefaultInstance())
                .getSandboxesList();
    }

    /** What is on record of that kind, oldest first. */
    List<AuditEntry> recorded(String kind) throws StatusException, InterruptedException {
        BlockingClientCall<?, QueryAuditResponse> query = client.get()
                .audit(Patience.ANSWER)
                .query(QueryAuditRequest.newBuilder().setKind(kind).build());
        List<AuditEntry> entries = new ArrayList<>();
        for (QueryAuditResponse answer = query.read(); answer != null; answer = query.read()) {
            entries.add(answer.getEntry());
        }
        return entries;
    }

    void fork(String sandbox, int count) throws StatusException, InterruptedException {
        BlockingClientCall<?, ForkSandboxResponse> call = client.get()
                .sandboxes(Patience.MACHINE)
                .fork(ForkSandboxRequest.newBuilder()
                        .setSandbox(sandbox)
                        .setCount(count)
                        .build());
        ForkSandboxResponse response = call.read();
        while (response != null) {
            response = call.read();
        }
    }

    /** What a shell command prints, both streams. */
    String shell(String sandbox, boolean root, String command) throws StatusException, InterruptedException {
        BlockingClientCall<ExecRequest, ExecResponse> call =
                client.get().sandboxes(Patience.MACHINE).exec();
        var _ = call.write(ExecRequest.newBuilder()
                .setStart(ExecStart.newBuilder()
                        .setSandbox(sandbox)
                        .setRoot(root)
                        .addAllArguments(List.of("bash", "-c", command)))
                .build());
        call.halfClose();
        ByteString printed = ByteString.EMPTY;
        for (ExecResponse response = call.read(); response != null; response = call.read()) {
            printed = printed.concat(response.getOutput().getData());
        }
        return printed.toStringUtf8();
    }

    String shell(String sandbox, String command) throws StatusException, InterruptedException {
        return shell(sandbox, false, command);
    }

    ByteString read(String sandbox, String path) throws StatusException, InterruptedException {
        BlockingClientCall<?, ReadFileResponse> call = client.get()
                .sandboxes(Patience.MACHINE)
                .readFile(ReadFileRequest.newBuilder()
                        .setSandbox(sandbox)
                        .setPath(path)
                        .build());
        ByteString content = ByteString.EMPTY;
        for (ReadFileResponse response = call.read(); response != null; response = call.read()) {
            content = content.concat(response.getData());
        }
        return content;
    }

    List<FileInfo> list(String sandbox, String path) throws StatusException, InterruptedException {
        BlockingClientCall<?, ListFilesResponse> call = client.get()
                .sandboxes(Patience.MACHINE)
                .listFiles(ListFilesRequest.newBuilder()
                        .setSandbox(sandbox)
                        .setPath(path)
                        .build());
        List<FileInfo> files = new ArrayList<>();
        for (ListFilesResponse response = call.read(); response != null; response = call.read()) {
            files.addAll(response.getFilesList());
        }
        return files;
    }

    static ToolCall.Builder call(String command) {
        return ToolCall.newBuilder().setShell(ShellCall.newBuilder().setCommand(command));
    }

    static Scope.Builder shellScope() {
        return Scope.newBuilder().addTools(Tool.SHELL);
    }

    Task dispatch(String sandbox, Scope.Builder scope, ToolCall.Builder... calls) throws StatusException {
        TaskSpec.Builder spec = TaskSpec.newBuilder()
                .setSandbox(sandbox)
                .setScope(scope)
                .setOnFailure(OnFailure.ROLLBACK)
                .addAllCalls(Arrays.stream(calls).map(ToolCall.Builder::build).toList());
        return client.get()
                .tasks(Patience.ANSWER)
                .dispatch(DispatchRequest.newBuilder().setTask(spec).build())
                .getTask();
    }

    /** What the task waits for. */
    Approval asked(Task task) throws StatusException, InterruptedException {
        List<Approval> open = List.of();
        for (int tries = 0; open.isEmpty() && tries < 2_400; tries++) {
            Thread.sleep(50);
            open = client.get()
                    .approvals(Patience.ANSWER)
                    .list(ListApprovalsRequest.newBuilder()
                            .setTaskId(task.getId())
                            .build())
                    .getApprovalsList();
        }
        return open.getFirst();
    }

    void allow(Approval asked) throws StatusException {
        var _ = client.get()
                .approvals(Patience.ANSWER)
                .decide(DecideApprovalRequest.newBuilder()
                        .setApprovalId(asked.getId())
                        .setDigest(asked.getDigest())
                        .setAllow(DecideApprovalRequest.Allow.getDefaultInstance())
                        .build());
    }

    /** The task when it has ended. */
    Task ended(Task task) throws StatusException, InterruptedException {
        Task now = task;
        for (int tries = 0; OPEN.contains(now.getState()) && tries < 2_400; tries++) {
            Thread.sleep(50);
            now = client.get()
                    .tasks(Patience.ANSWER)
                    .get(GetTaskRequest.newBuilder().setTaskId(task.getId()).build())
                    .getTask();
        }
        return now;
    }

    /** What is wrong with the record; empty if nothing is. */
    String recordProblem() throws StatusException {
        var answer = client.get().audit(Patience.MACHINE).verify(VerifyAuditRequest.getDefaultInstance());
        return answer.getWhole() ? "" : answer.getProblem();
    }

    List<FindLeftoversResponse.Leftover> leftovers() throws StatusException {
        return client.get()
                .host(Patience.ANSWER)
                .findLeftovers(FindLeftoversRequest.getDefaultInstance())
                .getLeftoversList();
    }

    void checkpoint(String sandbox, String label) throws StatusException {
        var _ = client.get()
                .checkpoints(Patience.MACHINE)
                .create(CreateCheckpointRequest.newBuilder()
                        .setSandbox(sandbox)
                        .setKind(Checkpoint.Kind.FULL)
                        .setLabel(label)
                        .build());
    }

    List<Checkpoint> checkpoints(String sandbox) throws StatusException {
        return client.get()
                .checkpoints(Patience.ANSWER)
                .list(ListCheckpointsRequest.newBuilder().setSandbox(sandbox).build())
                .getCheckpointsList();
    }

    /** @param checkpoint empty: the newest */
    void rollback(String sandbox, String checkpoint) throws StatusException {
        var _ = client.get()
                .checkpoints(Patience.MACHINE)
                .rollback(RollbackRequest.newBuilder()
                        .setSandbox(sandbox)
                        .setCheckpointId(checkpoint)
                        .build());
    }
}
