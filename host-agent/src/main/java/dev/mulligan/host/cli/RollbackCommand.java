package dev.mulligan.host.cli;

import dev.mulligan.host.cli.client.Patience;
import dev.mulligan.host.cli.terminal.Printable;
import dev.mulligan.host.cli.terminal.Progress;
import dev.mulligan.proto.host.v1.RestoredPath;
import dev.mulligan.proto.host.v1.RollbackRequest;
import dev.mulligan.proto.host.v1.RollbackResponse;
import io.grpc.StatusException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code mulligan rollback}. */
@Command(
        name = "rollback",
        description = {
            "Return a sandbox to a checkpoint: the whole machine, or with --path only these files or directories while"
                    + " it goes on running.",
            "A checkpoint of the state before is taken first, so that a rollback can itself be taken back."
        },
        footer = {
            "",
            "Example:",
            "  mulligan rollback web",
            "  mulligan rollback web --to c6 --path /etc/hosts --path /home/agent/report.md"
        })
final class RollbackCommand implements Callable<Integer> {
    private final Invocation invocation;

    @Parameters(paramLabel = "SANDBOX", description = "Id or name.")
    private String sandbox = "";

    @Option(
            names = "--to",
            paramLabel = "CHECKPOINT",
            description = "Default: the newest full one for the machine, the newest of any kind for paths.")
    private String checkpoint = "";

    @Option(names = "--path", paramLabel = "PATH", description = "Only this path; may be given several times.")
    private List<String> paths = List.of();

    @Option(names = "--discard", description = "Take no checkpoint of the state before.")
    private boolean discard;

    RollbackCommand(Invocation invocation) {
        this.invocation = invocation;
    }

    @Override
    public Integer call() throws StatusException {
        RollbackResponse done;
        try (Progress progress = invocation.progress()) {
            progress.step(
                    paths.isEmpty()
                            ? "rolling back " + sandbox
                            : "rolling back " + paths.size() + " paths of " + sandbox);
            done = invocation
                    .host()
                    .checkpoints(Patience.MACHINE)
                    .rollback(RollbackRequest.newBuilder()
                            .setSandbox(sandbox)
                            .setCheckpointId(checkpoint)
                            .addAllPaths(paths)
                            .setDiscardCurrent(discard)
                            .build());
        }
        invocation.print(done, () -> text(done));
        return ExitCode.OK.number();
    }

    private String text(RollbackResponse done) {
        StringBuilder text = new StringBuilder();
        for (RestoredPath path : done.getPathsList()) {
            text.append(outcome(path)).append(Printable.of(path.getPath())).append('\n');
        }
        text.append(done.getPathsCount() > 0 ? "paths of " : "")
                .append(Printable.of(sandbox))
                .append(done.getPathsCount() > 0 ? " are" : " is")
                .append(" as at ")
                .append(done.getCheckpoint().getId())
                .append(" (")
                .append(Printable.of(done.getCheckpoint().getLabel()))
                .append("), in ")
                .append(Elapsed.of(done.getDuration()));
        if (done.hasBefore()) {
            text.append("\ntake that back: mulligan rollback ")
                    .append(Printable.of(sandbox))
                    .append(" --to ")
                    .append(done.getBefore().getId());
            paths.forEach(path -> text.append(" --path ").append(Printable.of(path)));
        }
        return text.toString();
    }

    private static String outcome(RestoredPath path) {
        return switch (path.getOutcome()) {
            case REPLACED -> "replaced  ";
            case REMOVED -> "removed   ";
            case ABSENT -> "absent    ";
            case OUTCOME_UNSPECIFIED, UNRECOGNIZED -> "?         ";
        };
    }
}
