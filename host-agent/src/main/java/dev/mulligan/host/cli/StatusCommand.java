package dev.mulligan.host.cli;

import dev.mulligan.host.cli.client.Patience;
import dev.mulligan.proto.host.v1.GetStatusRequest;
import dev.mulligan.proto.host.v1.GetStatusResponse;
import io.grpc.StatusException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** {@code mulligan status}. */
@Command(
        name = "status",
        description = "Say how the host agent is. Exit code 5 if none runs.",
        footer = {"", "Example:", "  mulligan status", "  mulligan status --output json"})
final class StatusCommand implements Callable<Integer> {
    private final Invocation invocation;

    StatusCommand(Invocation invocation) {
        this.invocation = invocation;
    }

    @Override
    public Integer call() throws StatusException {
        GetStatusResponse status =
                invocation.host().host(Patience.ANSWER).getStatus(GetStatusRequest.getDefaultInstance());
        invocation.print(status, () -> new StatusView(status).toString());
        return ExitCode.OK.number();
    }
}
