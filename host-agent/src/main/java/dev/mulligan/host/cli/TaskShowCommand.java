package dev.mulligan.host.cli;

import dev.mulligan.host.cli.client.Patience;
import dev.mulligan.proto.host.v1.GetTaskRequest;
import dev.mulligan.proto.host.v1.Task;
import io.grpc.StatusException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code mulligan task show}. */
@Command(
        name = "show",
        description = "Show a task: its state, its scope, and what became of each call.",
        footer = {"", "Example:", "  mulligan task show nightly-7"})
final class TaskShowCommand implements Callable<Integer> {
    private final Invocation invocation;

    @Parameters(paramLabel = "TASK", description = "The task's id.")
    private String id = "";

    TaskShowCommand(Invocation invocation) {
        this.invocation = invocation;
    }

    @Override
    public Integer call() throws StatusException {
        Task task = invocation
                .host()
                .tasks(Patience.ANSWER)
                .get(GetTaskRequest.newBuilder().setTaskId(id).build())
                .getTask();
        invocation.print(task, () -> new TaskView(task).toString());
        return ExitCode.OK.number();
    }
}
