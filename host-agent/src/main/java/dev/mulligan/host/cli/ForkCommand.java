package dev.mulligan.host.cli;

import dev.mulligan.proto.host.v1.ForkSandboxRequest;
import dev.mulligan.proto.host.v1.ForkSandboxResponse;
import dev.mulligan.proto.host.v1.Sandbox;
import io.grpc.StatusException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code mulligan fork}. */
@Command(
        name = "fork",
        description = {
            "Make sandboxes that go on from the moment in which this one is, memory and disk, and print their ids. The"
                    + " parent stands still for one full checkpoint and goes on.",
            "All come, or none. What 'sandbox exec' runs in the parent goes on there only; sessions and services of the"
                    + " machine go on in all. Other programs that run already are copies, their random numbers included.",
        },
        footer = {"", "Example:", "  mulligan fork web", "  mulligan fork web -n 3 --name left --name right"})
final class ForkCommand implements Callable<Integer> {
    private final Invocation invocation;

    @Parameters(paramLabel = "SANDBOX", description = "Id or name. Not one that a task is using.")
    private String sandbox = "";

    @Option(
            names = {"-n", "--count"},
            paramLabel = "N",
            description = "How many, 1 to 32. Default: 1, or as many as there are names.")
    private int count;

    @Option(names = "--name", description = "A name for one of them; may be given several times.")
    private List<String> names = List.of();

    @Option(
            names = "--label",
            paramLabel = "KEY=VALUE",
            description = "A label beside the inherited ones; may be given several times.")
    private Map<String, String> labels = new LinkedHashMap<>();

    ForkCommand(Invocation invocation) {
        this.invocation = invocation;
    }

    @Override
    public Integer call() throws StatusException, InterruptedException {
        ForkSandboxRequest request = ForkSandboxRequest.newBuilder()
                .setSandbox(sandbox)
                .setCount(count == 0 ? Math.max(1, names.size()) : count)
                .addAllNames(names)
                .putAllLabels(labels)
                .build();
        ForkSandboxResponse.Result forks = new SandboxFork(invocation).run(invocation.host(), request);
        invocation.print(
                forks,
                () -> forks.getSandboxesList().stream().map(Sandbox::getId).collect(Collectors.joining("\n")));
        return ExitCode.OK.number();
    }
}
