package dev.mulligan.host.cli;

import dev.mulligan.host.cli.client.HostClient;
import dev.mulligan.host.cli.client.Patience;
import dev.mulligan.proto.host.v1.DeleteCheckpointRequest;
import io.grpc.StatusException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code mulligan checkpoint rm}. */
@Command(
        name = "rm",
        description = "Remove checkpoints; those after them stay whole.",
        footer = {"", "Example:", "  mulligan checkpoint rm web c6"})
final class CheckpointRemoveCommand implements Callable<Integer> {
    private final Invocation invocation;

    @Parameters(index = "0", paramLabel = "SANDBOX", description = "Id or name.")
    private String sandbox = "";

    @Parameters(index = "1..*", arity = "1..*", paramLabel = "CHECKPOINT", description = "Ids of checkpoints.")
    private List<String> ids = List.of();

    CheckpointRemoveCommand(Invocation invocation) {
        this.invocation = invocation;
    }

    @Override
    public Integer call() throws StatusException {
        HostClient client = invocation.host();
        for (String id : ids) {
            var _ = client.checkpoints(Patience.MACHINE)
                    .delete(DeleteCheckpointRequest.newBuilder()
                            .setSandbox(sandbox)
                            .setCheckpointId(id)
                            .build());
            invocation.print(Map.of("removed", id), id);
        }
        return ExitCode.OK.number();
    }
}
