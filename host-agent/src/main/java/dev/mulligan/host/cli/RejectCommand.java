package dev.mulligan.host.cli;

import dev.mulligan.host.cli.client.Patience;
import dev.mulligan.proto.host.v1.ChangeSelection;
import dev.mulligan.proto.host.v1.RejectChangesRequest;
import dev.mulligan.proto.host.v1.RejectChangesResponse;
import io.grpc.StatusException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code mulligan reject}. */
@Command(
        name = "reject",
        description = "Decide that what a task wrote at these paths stays away from the folder; prints them.",
        footer = {"", "Example:", "  mulligan reject nightly-7 old.csv"})
final class RejectCommand implements Callable<Integer> {
    private final Invocation invocation;

    @Parameters(index = "0", paramLabel = "TASK", description = "The task's id.")
    private String task = "";

    @Parameters(
            index = "1..*",
            arity = "1..*",
            paramLabel = "PATH",
            description = "In the folder: a path with all that is below, or a glob; '**' for all.")
    private List<String> paths = List.of();

    RejectCommand(Invocation invocation) {
        this.invocation = invocation;
    }

    @Override
    public Integer call() throws StatusException {
        RejectChangesResponse rejected = invocation
                .host()
                .changes(Patience.ANSWER)
                .reject(RejectChangesRequest.newBuilder()
                        .setTaskId(task)
                        .setSelection(ChangeSelection.newBuilder().addAllPaths(paths))
                        .build());
        invocation.print(
                rejected, () -> ChangesView.paths("rejected", "", rejected.getPathsList(), rejected.getCount()));
        return ExitCode.OK.number();
    }
}
