package dev.mulligan.host.cli;

import com.google.protobuf.ByteString;
import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import dev.mulligan.host.audit.AuditExport;
import dev.mulligan.host.audit.AuditVerdict;
import dev.mulligan.host.cli.client.Patience;
import dev.mulligan.host.cli.terminal.Printable;
import dev.mulligan.proto.host.v1.VerifyAuditRequest;
import dev.mulligan.proto.host.v1.VerifyAuditResponse;
import io.grpc.StatusException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code mulligan audit verify}. */
@Command(
        name = "verify",
        description = {
            "Check every entry's hash and link: of the record, or of an export. Exit code 1 if it is not whole.",
            "A whole export is unchanged since it was written. That it is the true record, too, shows who compares its"
                    + " head with the hash that the host agent, or anyone who noted it, gives for that entry."
        },
        footer = {"", "Example:", "  mulligan audit verify", "  mulligan audit verify --file record.jsonl"})
final class AuditVerifyCommand implements Callable<Integer> {
    private final Invocation invocation;

    @Option(
            names = "--file",
            paramLabel = "FILE",
            description = "Check this file of 'audit export' instead; needs no host agent.")
    private @Nullable Path file;

    AuditVerifyCommand(Invocation invocation) {
        this.invocation = invocation;
    }

    @Override
    public Integer call() throws StatusException, IOException {
        VerifyAuditResponse answer = file == null
                ? invocation.host().audit(Patience.MACHINE).verify(VerifyAuditRequest.getDefaultInstance())
                : verify(file);
        invocation.print(answer, () -> text(answer));
        return (answer.getWhole() ? ExitCode.OK : ExitCode.FAILED).number();
    }

    /** In the words of the host agent, so that both checks print the same. */
    private static VerifyAuditResponse verify(Path file) throws IOException {
        if (Files.isDirectory(file)) {
            throw HostException.of(HostErrorCode.BAD_PATH, "directory")
                    .value(file)
                    .expected("a file that 'mulligan audit export --file FILE' wrote")
                    .build();
        }
        AuditVerdict verdict;
        try (InputStream export = Files.newInputStream(file)) {
            verdict = AuditExport.verify(export);
        }
        VerifyAuditResponse.Builder answer = VerifyAuditResponse.newBuilder()
                .setWhole(verdict.whole())
                .setEntries(verdict.entries())
                .setHead(ByteString.copyFrom(verdict.head().bytes()));
        verdict.flaw()
                .ifPresent(flaw -> answer.setFirstBadSequence(flaw.sequence()).setProblem(flaw.problem()));
        return answer.build();
    }

    private static String text(VerifyAuditResponse answer) {
        return answer.getWhole()
                ? "whole: " + answer.getEntries() + " entries, head "
                        + HexFormat.of().formatHex(answer.getHead().toByteArray())
                : "NOT WHOLE: entry " + answer.getFirstBadSequence() + " of " + answer.getEntries() + ": "
                        + Printable.of(answer.getProblem());
    }
}
