package dev.mulligan.host.cli;

import dev.mulligan.host.cli.client.HostClient;
import dev.mulligan.host.cli.client.Patience;
import dev.mulligan.host.cli.terminal.Progress;
import dev.mulligan.proto.host.v1.DeleteSandboxRequest;
import io.grpc.StatusException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code mulligan sandbox rm}. */
@Command(
        name = "rm",
        description = "Delete sandboxes with their disks and checkpoints.",
        footer = {"", "Example:", "  mulligan sandbox rm web"})
final class SandboxRemoveCommand implements Callable<Integer> {
    private final Invocation invocation;

    @Parameters(paramLabel = "SANDBOX", arity = "1..*", description = "Ids or names.")
    private List<String> names = List.of();

    @Option(
            names = {"-f", "--force"},
            description = "Even if a task is using it.")
    private boolean force;

    SandboxRemoveCommand(Invocation invocation) {
        this.invocation = invocation;
    }

    @Override
    public Integer call() throws StatusException {
        HostClient client = invocation.host();
        for (String name : names) {
            try (Progress progress = invocation.progress()) {
                progress.step("deleting " + name);
                var _ = client.sandboxes(Patience.MACHINE)
                        .delete(DeleteSandboxRequest.newBuilder()
                                .setSandbox(name)
                                .setForce(force)
                                .build());
            }
            invocation.print(Map.of("removed", name), name);
        }
        return ExitCode.OK.number();
    }
}
