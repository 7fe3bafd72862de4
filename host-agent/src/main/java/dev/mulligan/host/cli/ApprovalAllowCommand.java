package dev.mulligan.host.cli;

import dev.mulligan.host.cli.client.HostClient;
import dev.mulligan.host.cli.taskfile.CallFile;
import dev.mulligan.proto.host.v1.Approval;
import dev.mulligan.proto.host.v1.DecideApprovalRequest;
import dev.mulligan.proto.host.v1.DecideApprovalRequest.Allow;
import io.grpc.StatusException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code mulligan approvals allow}. */
@Command(
        name = "allow",
        description = "Allow a call that waits. What is allowed is what 'mulligan approvals show' tells of it now.",
        footer = {
            "",
            "Example:",
            "  mulligan approvals allow ap-k3x9ap0q7z",
            "  mulligan approvals allow ap-k3x9ap0q7z --for-task",
            "  echo 'shell: rm -r build' > call.yaml && mulligan approvals allow ap-k3x9ap0q7z --edit call.yaml"
        })
final class ApprovalAllowCommand implements Callable<Integer> {
    private final Invocation invocation;

    @Parameters(paramLabel = "APPROVAL", description = "Its id.")
    private String id = "";

    @Option(
            names = "--for-task",
            description = "Also later calls of this task with the same tool about which the same rule asks.")
    private boolean forTask;

    @Option(
            names = "--edit",
            paramLabel = "FILE",
            description = "Run this call in its place: one entry of 'calls' as in a task file.")
    private @Nullable Path edit;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    ApprovalAllowCommand(Invocation invocation) {
        this.invocation = invocation;
    }

    @Override
    public Integer call() throws StatusException {
        DecideApprovalRequest.Builder answer = DecideApprovalRequest.newBuilder();
        if (edit != null && forTask) {
            throw new ParameterException(
                    spec.commandLine(), "--edit with --for-task (expected: one of them; an edited call runs once)");
        }
        if (edit != null) {
            answer.setEdited(CallFile.read(edit));
        } else {
            answer.setAllow(Allow.newBuilder().setForTask(forTask));
        }
        HostClient client = invocation.host();
        Approval decided = new ApprovalAnswer(client).give(ApprovalAnswer.seen(client, id), answer);
        invocation.print(decided, () -> new ApprovalView(decided).decided());
        return ExitCode.OK.number();
    }
}
