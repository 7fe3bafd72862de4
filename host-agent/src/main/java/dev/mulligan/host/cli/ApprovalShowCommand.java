package dev.mulligan.host.cli;

import dev.mulligan.host.cli.client.HostClient;
import dev.mulligan.proto.host.v1.Approval;
import io.grpc.StatusException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code mulligan approvals show}. */
@Command(
        name = "show",
        description = {
            "Show one approval: the call with all its arguments, or the changes line by line; why it is asked, and what was"
                    + " answered. The digest is of all that, and an answer can be bound to it."
        },
        footer = {"", "Example:", "  mulligan approvals show ap-k3x9ap0q7z"})
final class ApprovalShowCommand implements Callable<Integer> {
    private final Invocation invocation;

    @Parameters(paramLabel = "APPROVAL", description = "Its id.")
    private String id = "";

    ApprovalShowCommand(Invocation invocation) {
        this.invocation = invocation;
    }

    @Override
    public Integer call() throws StatusException, InterruptedException {
        HostClient client = invocation.host();
        Approval approval = ApprovalAnswer.seen(client, id);
        invocation.print(approval, () -> new ApprovalView(approval).toString());
        if (approval.hasChanges() && !invocation.json()) {
            var _ = new ApprovalChanges(invocation, client, approval).print(Integer.MAX_VALUE);
        }
        return ExitCode.OK.number();
    }
}
