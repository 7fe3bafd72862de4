package dev.mulligan.host.cli;

import com.google.protobuf.ByteString;
import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import dev.mulligan.host.audit.AuditExport;
import dev.mulligan.host.audit.AuditKey;
import dev.mulligan.host.audit.AuditVerdict;
import dev.mulligan.host.cli.client.Patience;
import dev.mulligan.host.cli.terminal.Printable;
import dev.mulligan.proto.host.v1.VerifyAuditRequest;
import dev.mulligan.proto.host.v1.VerifyAuditResponse;
import io.grpc.StatusException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code mulligan audit verify}. */
@Command(
        name = "verify",
        description = {
            "Check every entry's hash and link, and the signature: of the record, or of exports, which needs no host"
                    + " agent. Exit code 1 if it is not whole.",
            "Without a key an export can only be found unchanged since it was written, by whomever."
        },
        footer = {
            "",
            "Example:",
            "  mulligan audit verify",
            "  mulligan audit verify nightly-7.jsonl --key host.pem",
            "  mulligan audit verify audit-*.jsonl --key host.pem"
        })
final class AuditVerifyCommand implements Callable<Integer> {
    private final Invocation invocation;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Parameters(
            paramLabel = "FILE",
            description = "An export to check instead; several, if each goes on where the one before it ends.")
    private List<Path> files = List.of();

    @Option(names = "--key", paramLabel = "PUB", description = "The public key, as 'audit key' prints it.")
    private @Nullable Path key;

    AuditVerifyCommand(Invocation invocation) {
        this.invocation = invocation;
    }

    @Override
    public Integer call() throws StatusException, IOException {
        if (files.isEmpty() && key != null) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--key without an export: " + key + " (expected: FILE --key PUB); name the file that"
                            + " 'mulligan audit export --file FILE' wrote, or leave --key out");
        }
        VerifyAuditResponse answer = files.isEmpty()
                ? invocation.host().audit(Patience.MACHINE).verify(VerifyAuditRequest.getDefaultInstance())
                : verify();
        invocation.print(answer, () -> text(answer));
        if (answer.getWhole() && answer.getKey().isEmpty()) {
            invocation.say("who signed it was not looked at: give --key");
        }
        return (answer.getWhole() ? ExitCode.OK : ExitCode.FAILED).number();
    }

    /** In the words of the host agent, so that both checks print the same. */
    private VerifyAuditResponse verify() throws IOException {
        Optional<AuditKey> signer = key == null
                ? Optional.empty()
                : Optional.of(AuditKey.ofPem(Files.readString(key, StandardCharsets.ISO_8859_1)));
        Optional<AuditVerdict> before = Optional.empty();
        long entries = 0;
        for (Path file : files) {
            AuditVerdict verdict = verify(file, signer, before);
            entries += verdict.entries();
            before = Optional.of(verdict);
            if (!verdict.whole()) {
                break;
            }
        }
        return answer(before.orElseThrow(), entries);
    }

    private static AuditVerdict verify(Path file, Optional<AuditKey> signer, Optional<AuditVerdict> before)
            throws IOException {
        if (Files.isDirectory(file)) {
            throw HostException.of(HostErrorCode.BAD_PATH, "directory")
                    .value(file)
                    .expected("a file that 'mulligan audit export --file FILE' wrote")
                    .remedy("name the file in it")
                    .build();
        }
        try (InputStream export = Files.newInputStream(file)) {
            return AuditExport.verify(export, signer, before);
        }
    }

    private static VerifyAuditResponse answer(AuditVerdict verdict, long entries) {
        VerifyAuditResponse.Builder answer = VerifyAuditResponse.newBuilder()
                .setWhole(verdict.whole())
                .setEntries(entries)
                .setHead(ByteString.copyFrom(verdict.head().bytes()));
        verdict.flaw()
                .ifPresent(flaw -> answer.setFirstBadSequence(flaw.sequence()).setProblem(flaw.problem()));
        verdict.signed()
                .ifPresent(signed -> answer.setSignedSequence(signed.sequence()).setKey(signed.key()));
        return answer.build();
    }

    private static String text(VerifyAuditResponse answer) {
        if (!answer.getWhole()) {
            return "NOT WHOLE: entry " + answer.getFirstBadSequence() + " of " + answer.getEntries() + ": "
                    + Printable.of(answer.getProblem());
        }
        String whole = "whole: " + answer.getEntries() + " entries, head "
                + HexFormat.of().formatHex(answer.getHead().toByteArray());
        return answer.getKey().isEmpty()
                ? whole
                : whole + "; signed up to entry " + answer.getSignedSequence() + " by the key " + answer.getKey();
    }
}
