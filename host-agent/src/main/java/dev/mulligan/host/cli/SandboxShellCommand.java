package dev.mulligan.host.cli;

import io.grpc.StatusException;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code mulligan sandbox shell}. */
@Command(
        name = "shell",
        description = {
            "Open a shell in a sandbox, on this terminal. Its exit code is passed on.",
            "With --output json the shell's output still comes as it is; only errors are JSON then."
        },
        footer = {"", "Example:", "  mulligan sandbox shell web", "  mulligan sandbox shell --root -w /etc web"})
final class SandboxShellCommand implements Callable<Integer> {
    private final Invocation invocation;

    @Mixin
    private ExecOptions options = new ExecOptions();

    @Parameters(paramLabel = "SANDBOX", description = "Id or name.")
    private String sandbox = "";

    SandboxShellCommand(Invocation invocation) {
        this.invocation = invocation;
    }

    @Override
    public Integer call() throws StatusException, InterruptedException, IOException {
        return new TerminalProgram(invocation)
                .run(invocation.host(), options.start(sandbox).addAllArguments(List.of("/bin/bash", "-l")));
    }
}
