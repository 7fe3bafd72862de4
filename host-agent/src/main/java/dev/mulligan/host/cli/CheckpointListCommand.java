package dev.mulligan.host.cli;

import dev.mulligan.host.cli.client.Patience;
import dev.mulligan.proto.host.v1.ListCheckpointsRequest;
import dev.mulligan.proto.host.v1.ListCheckpointsResponse;
import io.grpc.StatusException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code mulligan checkpoint list}. */
@Command(
        name = "list",
        description = "List a sandbox's checkpoints, the oldest first; a star marks the one on which it stands.",
        footer = {"", "Example:", "  mulligan checkpoint list web"})
final class CheckpointListCommand implements Callable<Integer> {
    private final Invocation invocation;

    @Parameters(paramLabel = "SANDBOX", description = "Id or name.")
    private String sandbox = "";

    CheckpointListCommand(Invocation invocation) {
        this.invocation = invocation;
    }

    @Override
    public Integer call() throws StatusException {
        ListCheckpointsResponse checkpoints = invocation
                .host()
                .checkpoints(Patience.ANSWER)
                .list(ListCheckpointsRequest.newBuilder().setSandbox(sandbox).build());
        invocation.print(checkpoints, () -> CheckpointView.table(checkpoints));
        return ExitCode.OK.number();
    }
}
