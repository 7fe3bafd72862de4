package dev.mulligan.host.cli;

import dev.mulligan.host.cli.client.Patience;
import dev.mulligan.proto.host.v1.RotateAuditRequest;
import dev.mulligan.proto.host.v1.RotateAuditResponse;
import io.grpc.StatusException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code mulligan audit rotate}. */
@Command(
        name = "rotate",
        description = {
            "Move old entries out of the record, into a signed file on the host: an export like any other, which"
                    + " 'audit verify' reads together with those before and after it. The chain goes on.",
            "Entries that were moved out are no longer shown, nor exported with a task: take what you need first."
        },
        footer = {"", "Example:", "  mulligan audit rotate --before 90d"})
final class AuditRotateCommand implements Callable<Integer> {
    private final Invocation invocation;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(
            names = "--before",
            required = true,
            paramLabel = "TIME",
            description = {"Entries older than this.", TimeText.FORMS})
    private String before = "";

    AuditRotateCommand(Invocation invocation) {
        this.invocation = invocation;
    }

    @Override
    public Integer call() throws StatusException {
        RotateAuditResponse moved = invocation
                .host()
                .audit(Patience.LONG)
                .rotate(RotateAuditRequest.newBuilder()
                        .setBefore(TimeText.parse(spec, "--before", before))
                        .build());
        invocation.print(
                moved,
                () -> moved.getFile().isEmpty()
                        ? "nothing is that old"
                        : "entries " + moved.getFirstSequence() + " to " + moved.getLastSequence() + " are in "
                                + moved.getFile());
        return ExitCode.OK.number();
    }
}
