package dev.mulligan.host.cli;

import dev.mulligan.host.cli.client.Patience;
import dev.mulligan.proto.host.v1.Approval;
import dev.mulligan.proto.host.v1.GetApprovalRequest;
import io.grpc.StatusException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code mulligan approvals show}. */
@Command(
        name = "show",
        description = "Show one approval: the call with all its arguments, why it is asked, and what was answered.",
        footer = {"", "Example:", "  mulligan approvals show ap-k3x9ap0q7z"})
final class ApprovalShowCommand implements Callable<Integer> {
    private final Invocation invocation;

    @Parameters(paramLabel = "APPROVAL", description = "Its id.")
    private String id = "";

    ApprovalShowCommand(Invocation invocation) {
        this.invocation = invocation;
    }

    @Override
    public Integer call() throws StatusException {
        Approval approval = invocation
                .host()
                .approvals(Patience.ANSWER)
                .get(GetApprovalRequest.newBuilder().setApprovalId(id).build())
                .getApproval();
        invocation.print(approval, () -> new ApprovalView(approval).toString());
        return ExitCode.OK.number();
    }
}
