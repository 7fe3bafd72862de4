package dev.mulligan.host.cli;

import dev.mulligan.host.cli.client.HostClient;
import dev.mulligan.proto.host.v1.Approval;
import dev.mulligan.proto.host.v1.DecideApprovalRequest;
import dev.mulligan.proto.host.v1.DecideApprovalRequest.Deny;
import io.grpc.StatusException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code mulligan approvals deny}. */
@Command(
        name = "deny",
        description = {
            "Deny a call that waits: it fails, and the task goes on with its next call.",
            "Deny changes: they are rejected, all that the approval is about."
        },
        footer = {"", "Example:", "  mulligan approvals deny ap-k3x9ap0q7z --stop --reason 'not on a Friday'"})
final class ApprovalDenyCommand implements Callable<Integer> {
    private final Invocation invocation;

    @Parameters(paramLabel = "APPROVAL", description = "Its id.")
    private String id = "";

    @Option(
            names = "--stop",
            description = "Of a call: the task ends here, and its sandbox is rolled back or kept, as it says.")
    private boolean stop;

    @Option(names = "--reason", paramLabel = "TEXT", description = "Why; a call fails with it.")
    private String reason = "";

    @Mixin
    private final DigestOption digest = new DigestOption();

    ApprovalDenyCommand(Invocation invocation) {
        this.invocation = invocation;
    }

    @Override
    public Integer call() throws StatusException {
        HostClient client = invocation.host();
        Approval decided = new ApprovalAnswer(client)
                .give(
                        digest.bound(ApprovalAnswer.seen(client, id)),
                        DecideApprovalRequest.newBuilder()
                                .setDeny(Deny.newBuilder().setStop(stop).setReason(reason)));
        invocation.print(decided, () -> new ApprovalView(decided).decided());
        return ExitCode.OK.number();
    }
}
