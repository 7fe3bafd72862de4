package dev.mulligan.host.cli;

import dev.mulligan.host.cli.client.Patience;
import dev.mulligan.proto.host.v1.GetStatusRequest;
import dev.mulligan.proto.host.v1.GetStatusResponse;
import io.grpc.StatusException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** {@code mulligan up}. */
@Command(
        name = "up",
        description = "Start the host agent of this machine, if it does not run, and wait until it answers.",
        footer = {"", "Example:", "  mulligan up"})
final class UpCommand implements Callable<Integer> {
    private final Invocation invocation;

    UpCommand(Invocation invocation) {
        this.invocation = invocation;
    }

    @Override
    public Integer call() throws StatusException, InterruptedException {
        boolean started = invocation.startHost();
        GetStatusResponse status =
                invocation.host().host(Patience.ANSWER).getStatus(GetStatusRequest.getDefaultInstance());
        invocation.print(
                status,
                () -> "host agent " + (started ? "started" : "runs already") + ": process " + status.getPid() + ", "
                        + status.getHypervisor() + ", " + status.getAcceleration());
        return ExitCode.OK.number();
    }
}
