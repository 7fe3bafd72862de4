package dev.mulligan.host.cli;

import dev.mulligan.host.cli.client.HostClient;
import dev.mulligan.host.cli.taskfile.CallFile;
import dev.mulligan.proto.host.v1.Approval;
import dev.mulligan.proto.host.v1.ChangeSelection;
import dev.mulligan.proto.host.v1.DecideApprovalRequest;
import dev.mulligan.proto.host.v1.DecideApprovalRequest.Allow;
import io.grpc.StatusException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code mulligan approvals allow}. */
@Command(
        name = "allow",
        description = {
            "Allow a call that waits, or have changes applied to their folder: all that the approval is about, or these"
                    + " paths, and the others stay for 'mulligan apply'.",
            "What is allowed is what 'mulligan approvals show' tells now; with --digest, what it told when it showed that one."
        },
        footer = {
            "",
            "Example:",
            "  mulligan approvals allow ap-k3x9ap0q7z",
            "  mulligan approvals allow ap-k3x9ap0q7z --for-task",
            "  mulligan approvals allow ap-k3x9ap0q7z --digest 7d1f…",
            "  mulligan approvals allow ap-k3x9ap0q7z report.md 'notes/**'",
            "  echo 'shell: rm -r build' > call.yaml && mulligan approvals allow ap-k3x9ap0q7z --edit call.yaml"
        })
final class ApprovalAllowCommand implements Callable<Integer> {
    private final Invocation invocation;

    @Parameters(index = "0", paramLabel = "APPROVAL", description = "Its id.")
    private String id = "";

    @Parameters(
            index = "1..*",
            arity = "0..*",
            paramLabel = "PATH",
            description = "Of changes, only these: a path in the folder with all that is below, or a glob.")
    private List<String> paths = List.of();

    @Option(
            names = "--for-task",
            description = "Of a call: also later calls of this task with the same tool about which the same rule asks.")
    private boolean forTask;

    @Option(
            names = "--edit",
            paramLabel = "FILE",
            description = "Of a call: run this one in its place: one entry of 'calls' as in a task file.")
    private @Nullable Path edit;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private final DigestOption digest = new DigestOption();

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
        if (!paths.isEmpty() && (edit != null || forTask)) {
            throw new ParameterException(
                    spec.commandLine(), "PATH with --edit or --for-task (expected: only one: those are for calls)");
        }
        if (!paths.isEmpty()) {
            answer.setNarrowed(ChangeSelection.newBuilder().addAllPaths(paths));
        } else if (edit != null) {
            answer.setEdited(CallFile.read(edit));
        } else {
            answer.setAllow(Allow.newBuilder().setForTask(forTask));
        }
        HostClient client = invocation.host();
        Approval decided = new ApprovalAnswer(client).give(digest.bound(ApprovalAnswer.seen(client, id)), answer);
        invocation.print(decided, () -> new ApprovalView(decided).decided());
        return ExitCode.OK.number();
    }
}
