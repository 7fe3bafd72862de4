package dev.mulligan.host.cli;

import dev.mulligan.host.cli.client.HostClient;
import dev.mulligan.host.cli.client.Patience;
import dev.mulligan.host.cli.terminal.Printable;
import dev.mulligan.proto.host.v1.ChangeSet;
import dev.mulligan.proto.host.v1.DiffChangesRequest;
import dev.mulligan.proto.host.v1.DiffChangesResponse;
import dev.mulligan.proto.host.v1.ListChangesRequest;
import dev.mulligan.proto.host.v1.ListChangesResponse;
import dev.mulligan.proto.host.v1.ReadChangeRequest;
import dev.mulligan.proto.host.v1.ReadChangeRequest.Version;
import dev.mulligan.proto.host.v1.ReadChangeResponse;
import io.grpc.StatusException;
import io.grpc.stub.BlockingClientCall;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code mulligan changes}. */
@Command(
        name = "changes",
        description = {
            "Show what a task wrote in the folders that its scope grants, and what became of it.",
            "Nothing of it reaches a folder but by 'mulligan apply', or by the scope's rules.",
            "  +  new     ~  changed     -  removed     >  renamed     !  refused: it cannot be applied"
        },
        footer = {
            "",
            "Example:",
            "  mulligan changes nightly-7",
            "  mulligan changes nightly-7 --diff report.md 'notes/**'",
            "  mulligan changes nightly-7 report.md --content merged > report.md"
        })
final class ChangesCommand implements Callable<Integer> {
    private final Invocation invocation;

    @Parameters(index = "0", paramLabel = "TASK", description = "The task's id.")
    private String task = "";

    @Parameters(
            index = "1..*",
            arity = "0..*",
            paramLabel = "PATH",
            description = "Only these: paths in the folder with all that is below, or globs.")
    private List<String> paths = List.of();

    @ArgGroup
    private @Nullable How how;

    private static final class How {
        @Option(names = "--diff", description = "Show the changes themselves: texts line by line, others in words.")
        private boolean diff;

        @Option(
                names = "--content",
                paramLabel = "VERSION",
                description = {
                    "Write one changed file to the output: 'task' as the task left it, 'packed' as the task found it,",
                    "'merged' for the task's changes and your own together, between markers where they meet."
                })
        private @Nullable Version content;
    }

    @Spec
    private CommandSpec spec = CommandSpec.create();

    ChangesCommand(Invocation invocation) {
        this.invocation = invocation;
    }

    @Override
    public Integer call() throws StatusException, InterruptedException, IOException {
        HostClient client = invocation.host();
        if (how != null && how.content != null) {
            content(client, how.content);
        } else if (!paths.isEmpty() || (how != null && how.diff)) {
            diff(client, how != null && how.diff);
        } else {
            list(client);
        }
        return ExitCode.OK.number();
    }

    private void list(HostClient client) throws StatusException, InterruptedException {
        BlockingClientCall<?, ListChangesResponse> parts = client.changes(Patience.LONG)
                .list(ListChangesRequest.newBuilder().setTaskId(task).build());
        String last = "";
        for (ListChangesResponse part = parts.read(); part != null; part = parts.read()) {
            ChangeSet set = part.getChangeSet();
            if (invocation.json()) {
                invocation.printLine(invocation.jsonOf(part));
            } else {
                invocation.print(new ChangesView(invocation.colours())
                        .text(set, !set.getId().equals(last)));
            }
            last = set.getId();
        }
        if (last.isEmpty() && !invocation.json()) {
            invocation.print("nothing was written to a folder");
        }
    }

    private void diff(HostClient client, boolean whole) throws StatusException, InterruptedException {
        BlockingClientCall<?, DiffChangesResponse> diffs = client.changes(Patience.LONG)
                .diff(DiffChangesRequest.newBuilder()
                        .setTaskId(task)
                        .addAllPaths(paths)
                        .build());
        String folder = "";
        for (DiffChangesResponse next = diffs.read(); next != null && !invocation.outputBroken(); next = diffs.read()) {
            if (!invocation.json() && !next.getFolder().equals(folder)) {
                folder = next.getFolder();
                invocation.print(invocation.colours().strong(Printable.of(folder)));
            }
            if (invocation.json()) {
                invocation.printLine(invocation.jsonOf(next));
            } else if (whole) {
                invocation.print(new DiffView(next, invocation.colours()).toString());
            } else {
                invocation.print(new ChangesView(invocation.colours()).line(next.getChange()));
            }
        }
    }

    private void content(HostClient client, Version version) throws StatusException, InterruptedException, IOException {
        if (paths.size() != 1) {
            throw new ParameterException(
                    spec.commandLine(), "--content with " + paths.size() + " paths (expected: one)");
        }
        BlockingClientCall<?, ReadChangeResponse> pieces = client.changes(Patience.LONG)
                .read(ReadChangeRequest.newBuilder()
                        .setTaskId(task)
                        .setPath(paths.getFirst())
                        .setVersion(version)
                        .build());
        for (ReadChangeResponse piece = pieces.read();
                piece != null && !invocation.outputBroken();
                piece = pieces.read()) {
            piece.getData().writeTo(invocation.console().output());
        }
        invocation.console().output().flush();
    }
}
