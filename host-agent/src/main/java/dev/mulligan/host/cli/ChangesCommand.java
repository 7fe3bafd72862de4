package dev.mulligan.host.cli;

import dev.mulligan.host.cli.client.HostClient;
import dev.mulligan.host.cli.client.Patience;
import dev.mulligan.proto.host.v1.DiffChangesRequest;
import dev.mulligan.proto.host.v1.DiffChangesResponse;
import dev.mulligan.proto.host.v1.ListChangesRequest;
import dev.mulligan.proto.host.v1.ListChangesResponse;
import io.grpc.StatusException;
import io.grpc.stub.BlockingClientCall;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code mulligan changes}. */
@Command(
        name = "changes",
        description = {
            "Show what a task wrote in the folders that its scope grants: what is pending, applied, rejected.",
            "Nothing of it reaches a folder but by 'mulligan apply', or by the scope's rules."
        },
        footer = {
            "",
            "Example:",
            "  mulligan changes nightly-7",
            "  mulligan changes nightly-7 --diff report.md 'notes/**'"
        })
final class ChangesCommand implements Callable<Integer> {
    private final Invocation invocation;

    @Parameters(index = "0", paramLabel = "TASK", description = "The task's id.")
    private String task = "";

    @Parameters(
            index = "1..*",
            arity = "0..*",
            paramLabel = "PATH",
            description = "With --diff, only these: paths in the folder with all that is below, or globs.")
    private List<String> paths = List.of();

    @Option(names = "--diff", description = "Show the changes themselves: texts line by line, others in words.")
    private boolean diff;

    ChangesCommand(Invocation invocation) {
        this.invocation = invocation;
    }

    @Override
    public Integer call() throws StatusException, InterruptedException {
        HostClient client = invocation.host();
        if (diff) {
            BlockingClientCall<?, DiffChangesResponse> diffs = client.changes(Patience.LONG)
                    .diff(DiffChangesRequest.newBuilder()
                            .setTaskId(task)
                            .addAllPaths(paths)
                            .build());
            for (DiffChangesResponse next = diffs.read();
                    next != null && !invocation.outputBroken();
                    next = diffs.read()) {
                DiffChangesResponse shown = next;
                invocation.printLine(
                        invocation.json()
                                ? invocation.jsonOf(shown)
                                : new DiffView(shown, invocation.colours())
                                        .toString()
                                        .stripTrailing());
            }
        } else {
            ListChangesResponse sets = client.changes(Patience.ANSWER)
                    .list(ListChangesRequest.newBuilder().setTaskId(task).build());
            invocation.print(sets, () -> ChangesView.text(sets));
        }
        return ExitCode.OK.number();
    }
}
