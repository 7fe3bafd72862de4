package dev.mulligan.host.cli;

import dev.mulligan.host.cli.client.Patience;
import dev.mulligan.host.cli.client.QuickStatus;
import dev.mulligan.proto.host.v1.GetStatusRequest;
import dev.mulligan.proto.host.v1.GetStatusResponse;
import io.grpc.StatusException;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** {@code mulligan status}. For people it takes the quick way, if there is one. */
@Command(
        name = "status",
        description = "Say how the host agent is. Exit code 5 if none runs.",
        footer = {"", "Example:", "  mulligan status", "  mulligan status --output json"})
final class StatusCommand implements Callable<Integer> {
    /** Something to show while nothing is known: a point in time, which Java formats slowly the first time. */
    private static final byte[] ANYTHING = {0x1a, 2, 0x08, 1};

    private final Invocation invocation;

    StatusCommand(Invocation invocation) {
        this.invocation = invocation;
    }

    @Override
    public Integer call() throws StatusException, InterruptedException, IOException {
        Optional<byte[]> quick =
                invocation.json() ? Optional.empty() : QuickStatus.ask(invocation.endpoint(), StatusCommand::rehearse);
        if (quick.isPresent()) {
            invocation.print(view(quick.get()));
        } else {
            GetStatusResponse status =
                    invocation.host().host(Patience.ANSWER).getStatus(GetStatusRequest.getDefaultInstance());
            String text = view(status.toByteArray());
            invocation.print(status, () -> text);
        }
        return ExitCode.OK.number();
    }

    /** Makes Java ready to show a status, while the host agent's is on its way. */
    private static void rehearse() {
        try {
            var _ = view(ANYTHING);
        } catch (IOException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static String view(byte[] status) throws IOException {
        return new StatusView(StatusFields.read(status)).toString();
    }
}
