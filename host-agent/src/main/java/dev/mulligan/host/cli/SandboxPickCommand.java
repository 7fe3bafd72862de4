package dev.mulligan.host.cli;

import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import dev.mulligan.host.TryLabel;
import dev.mulligan.host.cli.client.HostClient;
import dev.mulligan.host.cli.client.Patience;
import dev.mulligan.proto.host.v1.GetSandboxRequest;
import dev.mulligan.proto.host.v1.PickSandboxRequest;
import dev.mulligan.proto.host.v1.PickSandboxResponse;
import dev.mulligan.proto.host.v1.Sandbox;
import io.grpc.StatusException;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code mulligan sandbox pick}. */
@Command(
        name = "pick",
        description = {
            "Keep one candidate of a 'mulligan try' and delete the others of the same try; prints their ids.",
            "For a try that kept all, or whose command was killed. What the others wrote to folders is rejected.",
        },
        footer = {"", "Example:", "  mulligan sandbox pick try-k3x9ap-2"})
final class SandboxPickCommand implements Callable<Integer> {
    private final Invocation invocation;

    @Parameters(paramLabel = "SANDBOX", description = "Id or name of the one that stays.")
    private String sandbox = "";

    SandboxPickCommand(Invocation invocation) {
        this.invocation = invocation;
    }

    @Override
    public Integer call() throws StatusException {
        HostClient client = invocation.host();
        Sandbox picked = client.sandboxes(Patience.ANSWER)
                .get(GetSandboxRequest.newBuilder().setSandbox(sandbox).build())
                .getSandbox();
        String trial = picked.getLabelsOrDefault(TryLabel.KEY, "");
        if (trial.isEmpty()) {
            throw HostException.of(HostErrorCode.INVALID_ARGUMENT, "a sandbox that is no candidate")
                    .value(sandbox)
                    .expected("one with the label " + TryLabel.KEY)
                    .remedy("see 'mulligan sandbox list'")
                    .build();
        }
        PickSandboxResponse response = client.sandboxes(Patience.MACHINE)
                .pick(PickSandboxRequest.newBuilder()
                        .setTryId(trial)
                        .setSandbox(picked.getId())
                        .setReason("by hand")
                        .build());
        new OtherCandidates(client, trial).reject(picked.getId());
        invocation.print(
                response,
                () -> response.getDeletedList().stream().map(Sandbox::getId).collect(Collectors.joining("\n")));
        return ExitCode.OK.number();
    }
}
