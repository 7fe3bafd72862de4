package dev.mulligan.host.cli;

import dev.mulligan.host.cli.client.Patience;
import dev.mulligan.host.cli.terminal.Progress;
import dev.mulligan.proto.host.v1.CancelTaskRequest;
import dev.mulligan.proto.host.v1.Task;
import io.grpc.StatusException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code mulligan task cancel}. */
@Command(
        name = "cancel",
        description = "Ask a task to stop, and wait until it has ended and its sandbox is rolled back or kept.",
        footer = {"", "Example:", "  mulligan task cancel nightly-7"})
final class TaskCancelCommand implements Callable<Integer> {
    private final Invocation invocation;

    @Parameters(paramLabel = "TASK", description = "The task's id.")
    private String id = "";

    TaskCancelCommand(Invocation invocation) {
        this.invocation = invocation;
    }

    @Override
    public Integer call() throws StatusException {
        Task task;
        try (Progress progress = invocation.progress()) {
            progress.step("cancelling " + id);
            task = invocation
                    .host()
                    .tasks(Patience.MACHINE)
                    .cancel(CancelTaskRequest.newBuilder().setTaskId(id).build())
                    .getTask();
        }
        invocation.print(task, () -> new TaskFarewell(task).toString());
        return ExitCode.OK.number();
    }
}
