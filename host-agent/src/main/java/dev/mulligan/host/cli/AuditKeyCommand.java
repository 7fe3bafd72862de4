package dev.mulligan.host.cli;

import dev.mulligan.host.cli.client.Patience;
import dev.mulligan.proto.host.v1.GetAuditKeyRequest;
import dev.mulligan.proto.host.v1.GetAuditKeyResponse;
import io.grpc.StatusException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** {@code mulligan audit key}. */
@Command(
        name = "key",
        description = {
            "Print the public key that verifies this host's exports (PEM). Give it to whoever shall check them, before"
                    + " they need it.",
            "It stays the same until its file is lost or replaced; the record says so then."
        },
        footer = {"", "Example:", "  mulligan audit key > host.pem"})
final class AuditKeyCommand implements Callable<Integer> {
    private final Invocation invocation;

    AuditKeyCommand(Invocation invocation) {
        this.invocation = invocation;
    }

    @Override
    public Integer call() throws StatusException {
        GetAuditKeyResponse answer =
                invocation.host().audit(Patience.ANSWER).getKey(GetAuditKeyRequest.getDefaultInstance());
        invocation.print(answer, () -> answer.getPem().strip());
        return ExitCode.OK.number();
    }
}
