package dev.mulligan.host.cli;

import dev.mulligan.proto.host.v1.Task;
import io.grpc.StatusException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code mulligan task watch}. */
@Command(
        name = "watch",
        description = {
            "Show what a task prints, from its beginning until it has ended. Ctrl-C stops the watching, not the task.",
            "The exit code tells how the task ended, as with 'task run FILE'."
        },
        footer = {"", "Example:", "  mulligan task watch nightly-7"})
final class TaskWatchCommand implements Callable<Integer> {
    private final Invocation invocation;

    @Parameters(paramLabel = "TASK", description = "The task's id.")
    private String id = "";

    @Option(names = "--from", paramLabel = "N", description = "Begin at the event with this number.")
    private long from;

    @Mixin
    private ResultOptions results = new ResultOptions();

    TaskWatchCommand(Invocation invocation) {
        this.invocation = invocation;
    }

    @Override
    public Integer call() throws StatusException, InterruptedException {
        Task ended = new TaskFollower(invocation, invocation.host(), id, results.files()).watch(from);
        invocation.say(new TaskFarewell(ended).toString());
        return new TaskExit(ended, false).number();
    }
}
