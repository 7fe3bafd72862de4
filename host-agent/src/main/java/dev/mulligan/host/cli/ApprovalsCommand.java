package dev.mulligan.host.cli;

import dev.mulligan.host.cli.client.Patience;
import dev.mulligan.host.cli.terminal.Keys;
import dev.mulligan.proto.host.v1.ListApprovalsRequest;
import dev.mulligan.proto.host.v1.ListApprovalsResponse;
import io.grpc.StatusException;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** {@code mulligan approvals}. */
@Command(
        name = "approvals",
        description = {
            "Answer what rules ask: about calls, whose sandbox stands still until then, and about what tasks wrote to folders,"
                    + " which it does not reach until then.",
            "At a terminal, without a COMMAND, each open approval is shown as it comes, and answered by one key:",
            "  a  allow once             t  allow for this task: this rule and tool",
            "  e  edit, then allow once  n  look at the next one",
            "  d  deny, the task goes on s  deny, the task stops",
            "  q  quit",
            "and of changes:",
            "  a  apply them             e  choose hunk by hunk; the others stay for 'mulligan apply'",
            "  d  reject them            n  look at the next one",
            "Elsewhere the open ones are listed. Of several people who answer at once, the first wins."
        },
        synopsisSubcommandLabel = "[COMMAND]",
        footer = {"", "Example:", "  mulligan approvals", "  mulligan approvals allow ap-k3x9ap0q7z"})
final class ApprovalsCommand implements Callable<Integer> {
    private final Invocation invocation;

    ApprovalsCommand(Invocation invocation) {
        this.invocation = invocation;
    }

    @Override
    public Integer call() throws StatusException, InterruptedException, IOException {
        var console = invocation.console();
        if (!invocation.json() && console.inputIsTerminal() && console.outputIsTerminal()) {
            new ApprovalDesk(invocation, invocation.host(), Keys::ofTerminal).run();
        } else {
            ListApprovalsResponse open =
                    invocation.host().approvals(Patience.ANSWER).list(ListApprovalsRequest.getDefaultInstance());
            invocation.print(open, () -> ApprovalView.table(open));
        }
        return ExitCode.OK.number();
    }
}
