package dev.mulligan.host.cli;

import dev.mulligan.host.cli.client.Patience;
import dev.mulligan.host.cli.terminal.Printable;
import dev.mulligan.proto.host.v1.VerifyAuditRequest;
import dev.mulligan.proto.host.v1.VerifyAuditResponse;
import io.grpc.StatusException;
import java.util.HexFormat;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** {@code mulligan audit verify}. */
@Command(
        name = "verify",
        description = "Check every entry's hash and link. Exit code 1 if the record is not whole.",
        footer = {"", "Example:", "  mulligan audit verify"})
final class AuditVerifyCommand implements Callable<Integer> {
    private final Invocation invocation;

    AuditVerifyCommand(Invocation invocation) {
        this.invocation = invocation;
    }

    @Override
    public Integer call() throws StatusException {
        VerifyAuditResponse answer =
                invocation.host().audit(Patience.MACHINE).verify(VerifyAuditRequest.getDefaultInstance());
        invocation.print(answer, () -> text(answer));
        return (answer.getWhole() ? ExitCode.OK : ExitCode.FAILED).number();
    }

    private static String text(VerifyAuditResponse answer) {
        return answer.getWhole()
                ? "whole: " + answer.getEntries() + " entries, head "
                        + HexFormat.of().formatHex(answer.getHead().toByteArray())
                : "NOT WHOLE: entry " + answer.getFirstBadSequence() + " of " + answer.getEntries() + ": "
                        + Printable.of(answer.getProblem());
    }
}
