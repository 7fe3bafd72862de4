package dev.mulligan.host.cli;

import dev.mulligan.host.cli.client.Patience;
import dev.mulligan.host.cli.terminal.Progress;
import dev.mulligan.proto.host.v1.ResumeSandboxRequest;
import dev.mulligan.proto.host.v1.Sandbox;
import io.grpc.StatusException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code mulligan sandbox resume}. */
@Command(
        name = "resume",
        description = "Let a paused or saved sandbox go on where it was.",
        footer = {"", "Example:", "  mulligan sandbox resume web"})
final class SandboxResumeCommand implements Callable<Integer> {
    private final Invocation invocation;

    @Parameters(paramLabel = "SANDBOX", description = "Id or name.")
    private String name = "";

    SandboxResumeCommand(Invocation invocation) {
        this.invocation = invocation;
    }

    @Override
    public Integer call() throws StatusException {
        Sandbox sandbox;
        try (Progress progress = invocation.progress()) {
            progress.step("resuming " + name);
            sandbox = invocation
                    .host()
                    .sandboxes(Patience.MACHINE)
                    .resume(ResumeSandboxRequest.newBuilder().setSandbox(name).build())
                    .getSandbox();
        }
        invocation.print(sandbox, () -> sandbox.getId() + " " + new SandboxView(sandbox).state());
        return ExitCode.OK.number();
    }
}
