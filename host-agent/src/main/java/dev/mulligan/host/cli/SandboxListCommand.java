package dev.mulligan.host.cli;

import dev.mulligan.host.cli.client.Patience;
import dev.mulligan.proto.host.v1.ListSandboxesRequest;
import dev.mulligan.proto.host.v1.ListSandboxesResponse;
import io.grpc.StatusException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code mulligan sandbox list}. */
@Command(
        name = "list",
        description = "List sandboxes.",
        footer = {"", "Example:", "  mulligan sandbox list --label team=blue"})
final class SandboxListCommand implements Callable<Integer> {
    private final Invocation invocation;

    @Option(
            names = "--label",
            paramLabel = "KEY=VALUE",
            description = "Only those with this label; with several, with all of them.")
    private Map<String, String> labels = new LinkedHashMap<>();

    SandboxListCommand(Invocation invocation) {
        this.invocation = invocation;
    }

    @Override
    public Integer call() throws StatusException {
        ListSandboxesResponse sandboxes = invocation
                .host()
                .sandboxes(Patience.ANSWER)
                .list(ListSandboxesRequest.newBuilder().putAllLabels(labels).build());
        invocation.print(sandboxes, () -> SandboxView.table(sandboxes));
        return ExitCode.OK.number();
    }
}
