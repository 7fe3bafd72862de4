package dev.mulligan.host.cli;

import dev.mulligan.host.cli.client.Patience;
import dev.mulligan.proto.host.v1.GetSandboxRequest;
import dev.mulligan.proto.host.v1.Sandbox;
import io.grpc.StatusException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code mulligan sandbox show}. */
@Command(
        name = "show",
        description = "Show a sandbox.",
        footer = {"", "Example:", "  mulligan sandbox show web"})
final class SandboxShowCommand implements Callable<Integer> {
    private final Invocation invocation;

    @Parameters(paramLabel = "SANDBOX", description = "Id or name.")
    private String name = "";

    SandboxShowCommand(Invocation invocation) {
        this.invocation = invocation;
    }

    @Override
    public Integer call() throws StatusException {
        Sandbox sandbox = invocation
                .host()
                .sandboxes(Patience.ANSWER)
                .get(GetSandboxRequest.newBuilder().setSandbox(name).build())
                .getSandbox();
        invocation.print(sandbox, () -> new SandboxView(sandbox).toString());
        return ExitCode.OK.number();
    }
}
