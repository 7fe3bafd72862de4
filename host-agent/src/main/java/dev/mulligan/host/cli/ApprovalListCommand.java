package dev.mulligan.host.cli;

import dev.mulligan.host.cli.client.Patience;
import dev.mulligan.proto.host.v1.ListApprovalsRequest;
import dev.mulligan.proto.host.v1.ListApprovalsResponse;
import io.grpc.StatusException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code mulligan approvals list}. */
@Command(
        name = "list",
        description = "List approvals, the oldest first.",
        footer = {"", "Example:", "  mulligan approvals list --all --task nightly-7"})
final class ApprovalListCommand implements Callable<Integer> {
    private final Invocation invocation;

    @Option(names = "--task", description = "Only those of this task.")
    private String task = "";

    @Option(names = "--all", description = "Also those that are decided.")
    private boolean all;

    ApprovalListCommand(Invocation invocation) {
        this.invocation = invocation;
    }

    @Override
    public Integer call() throws StatusException {
        ListApprovalsResponse found = invocation
                .host()
                .approvals(Patience.ANSWER)
                .list(ListApprovalsRequest.newBuilder()
                        .setTaskId(task)
                        .setAll(all)
                        .build());
        invocation.print(found, () -> ApprovalView.table(found));
        return ExitCode.OK.number();
    }
}
