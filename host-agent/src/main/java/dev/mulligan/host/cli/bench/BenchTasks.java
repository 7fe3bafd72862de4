package dev.mulligan.host.cli.bench;

import dev.mulligan.host.cli.client.HostClient;
import dev.mulligan.host.cli.client.Patience;
import dev.mulligan.proto.host.v1.Access;
import dev.mulligan.proto.host.v1.ApplyChangesRequest;
import dev.mulligan.proto.host.v1.ApplyChangesResponse;
import dev.mulligan.proto.host.v1.DispatchRequest;
import dev.mulligan.proto.host.v1.Folder;
import dev.mulligan.proto.host.v1.RejectChangesRequest;
import dev.mulligan.proto.host.v1.Scope;
import dev.mulligan.proto.host.v1.TaskSpec;
import dev.mulligan.proto.host.v1.Tool;
import dev.mulligan.proto.host.v1.ToolCall;
import dev.mulligan.proto.host.v1.UndoChangesRequest;
import dev.mulligan.proto.host.v1.WatchTaskRequest;
import io.grpc.StatusException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Tasks and what becomes of what they wrote, as any gRPC client would ask for it. */
final class BenchTasks {
    /** Where a sandbox sees the folder that a task is granted. */
    static final String IN_SANDBOX = "/workspace/bench";

    private final HostClient host;

    BenchTasks(HostClient host) {
        this.host = host;
    }

    /**
     * Dispatches a task of one call and watches it.
     *
     * @param folder granted for writing; empty: none
     */
    WatchedTask start(String sandbox, Optional<Path> folder, ToolCall call) throws StatusException {
        Scope.Builder scope = Scope.newBuilder().addTools(Tool.SHELL).addTools(Tool.PYTHON);
        folder.ifPresent(granted -> scope.addFolders(Folder.newBuilder()
                .setPath(granted.toString())
                .setSandboxPath(IN_SANDBOX)
                .setAccess(Access.WRITE)));
        String id = host.tasks(Patience.MACHINE)
                .dispatch(DispatchRequest.newBuilder()
                        .setTask(TaskSpec.newBuilder()
                                .setName("bench")
                                .setSandbox(sandbox)
                                .setScope(scope)
                                .addCalls(call))
                        .build())
                .getTask()
                .getId();
        return new WatchedTask(
                id,
                host.tasks(Patience.MACHINE)
                        .watch(WatchTaskRequest.newBuilder().setTaskId(id).build()));
    }

    /** Returns how many changes reached the folder. */
    int apply(String task) throws StatusException {
        return count(host.changes(Patience.MACHINE)
                .apply(ApplyChangesRequest.newBuilder().setTaskId(task).build())
                .getOutcomesList());
    }

    /** Returns how many changes were taken back. */
    int undo(String task) throws StatusException {
        return count(host.changes(Patience.MACHINE)
                .undo(UndoChangesRequest.newBuilder().setTaskId(task).build())
                .getOutcomesList());
    }

    /** Decides that nothing of it comes, and returns how much that was. */
    int reject(String task) throws StatusException {
        return host.changes(Patience.MACHINE)
                .reject(RejectChangesRequest.newBuilder().setTaskId(task).build())
                .getCount();
    }

    private static int count(List<ApplyChangesResponse.Outcome> outcomes) {
        return outcomes.stream()
                .mapToInt(ApplyChangesResponse.Outcome::getCount)
                .sum();
    }
}
