package dev.mulligan.host.cli;

import dev.mulligan.host.cli.client.Patience;
import dev.mulligan.host.cli.terminal.Progress;
import dev.mulligan.proto.host.v1.PauseSandboxRequest;
import dev.mulligan.proto.host.v1.Sandbox;
import io.grpc.StatusException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code mulligan sandbox pause}. */
@Command(
        name = "pause",
        description = "Stop a sandbox's processors; with --save, put its memory into a file and end its process.",
        footer = {"", "Example:", "  mulligan sandbox pause web --save"})
final class SandboxPauseCommand implements Callable<Integer> {
    private final Invocation invocation;

    @Parameters(paramLabel = "SANDBOX", description = "Id or name.")
    private String name = "";

    @Option(names = "--save", description = "Needs no memory any more until it is resumed.")
    private boolean save;

    SandboxPauseCommand(Invocation invocation) {
        this.invocation = invocation;
    }

    @Override
    public Integer call() throws StatusException {
        Sandbox sandbox;
        try (Progress progress = invocation.progress()) {
            progress.step((save ? "saving " : "pausing ") + name);
            sandbox = invocation
                    .host()
                    .sandboxes(Patience.MACHINE)
                    .pause(PauseSandboxRequest.newBuilder()
                            .setSandbox(name)
                            .setSave(save)
                            .build())
                    .getSandbox();
        }
        invocation.print(sandbox, () -> sandbox.getId() + " " + new SandboxView(sandbox).state());
        return ExitCode.OK.number();
    }
}
