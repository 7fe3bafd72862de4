package dev.mulligan.host.cli;

import dev.mulligan.host.cli.client.Patience;
import dev.mulligan.proto.host.v1.ExportAuditRequest;
import dev.mulligan.proto.host.v1.ExportAuditResponse;
import io.grpc.StatusException;
import io.grpc.stub.BlockingClientCall;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code mulligan audit export}. */
@Command(
        name = "export",
        description = {
            "Write the record, or a task's part of it, as JSON lines: each is exactly what was hashed, and the last is"
                    + " signed. 'audit verify' checks it anywhere, with the public key of 'audit key'."
        },
        footer = {
            "",
            "Example:",
            "  mulligan audit export --task nightly-7 --file nightly-7.jsonl",
            "  mulligan audit export --format ocsf"
        })
final class AuditExportCommand implements Callable<Integer> {
    private final Invocation invocation;

    @Option(names = "--task", description = "Only this task's part, with the hashes of the entries between.")
    private String task = "";

    @Option(
            names = "--format",
            paramLabel = "chain|ocsf",
            description = "ocsf: events for log systems (Open Cybersecurity Schema Framework); proves nothing."
                    + " Default: chain.")
    private Format format = Format.CHAIN;

    @Option(names = "--file", paramLabel = "FILE", description = "Write there instead of to standard output.")
    private @Nullable Path file;

    /** See {@code ExportAuditRequest.Format}. */
    enum Format {
        CHAIN,
        OCSF
    }

    AuditExportCommand(Invocation invocation) {
        this.invocation = invocation;
    }

    @Override
    public Integer call() throws StatusException, InterruptedException, IOException {
        if (file != null) {
            LocalFile.requireDirectoryOf(file);
        }
        BlockingClientCall<?, ExportAuditResponse> parts = invocation
                .host()
                .audit(Patience.LONG)
                .export(ExportAuditRequest.newBuilder()
                        .setTaskId(task)
                        .setFormat(
                                switch (format) {
                                    case CHAIN -> ExportAuditRequest.Format.CHAIN;
                                    case OCSF -> ExportAuditRequest.Format.OCSF;
                                })
                        .build());
        if (file == null) {
            copy(parts, invocation.console().output());
            invocation.console().output().flush();
        } else {
            // Whole or not at all: half a record looks like a forged one.
            Path partial = file.resolveSibling(file.getFileName() + ".part");
            try {
                try (OutputStream output = Files.newOutputStream(partial)) {
                    copy(parts, output);
                }
                Files.move(partial, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
            } finally {
                Files.deleteIfExists(partial);
            }
            invocation.say("written to " + file);
            if (invocation.json()) {
                invocation.printLine(Json.object(Map.of("written", file.toString())));
            }
        }
        return ExitCode.OK.number();
    }

    private static void copy(BlockingClientCall<?, ExportAuditResponse> parts, OutputStream output)
            throws StatusException, InterruptedException, IOException {
        ExportAuditResponse part = parts.read();
        while (part != null) {
            part.getData().writeTo(output);
            part = parts.read();
        }
    }
}
