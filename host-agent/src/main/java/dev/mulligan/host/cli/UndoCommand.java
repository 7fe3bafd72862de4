package dev.mulligan.host.cli;

import dev.mulligan.host.cli.client.Patience;
import dev.mulligan.proto.host.v1.UndoChangesRequest;
import dev.mulligan.proto.host.v1.UndoChangesResponse;
import io.grpc.StatusException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code mulligan undo}. */
@Command(
        name = "undo",
        description = {
            "Take back what was applied of a task, or some paths of it: bytes, modes, times and names are as they were.",
            "Where you edited since, nothing is done, unless --force; exit code 1. What is undone is pending again, so that",
            "'mulligan apply' can bring it back; --redo brings back also what --force overwrote."
        },
        footer = {
            "",
            "Example:",
            "  mulligan undo nightly-7",
            "  mulligan undo nightly-7 report.md",
            "  mulligan undo nightly-7 --redo"
        })
final class UndoCommand implements Callable<Integer> {
    private final Invocation invocation;

    @Parameters(index = "0", paramLabel = "TASK", description = "The task's id.")
    private String task = "";

    @Parameters(
            index = "1..*",
            arity = "0..*",
            paramLabel = "PATH",
            description = "In the folder: a path with all that is below, or a glob.")
    private List<String> paths = List.of();

    @Option(names = "--redo", description = "Take the newest undo back instead.")
    private boolean redo;

    @Option(names = "--force", description = "Also where the folder was edited since.")
    private boolean force;

    UndoCommand(Invocation invocation) {
        this.invocation = invocation;
    }

    @Override
    public Integer call() throws StatusException {
        UndoChangesResponse undone = invocation
                .host()
                .changes(Patience.LONG)
                .undo(UndoChangesRequest.newBuilder()
                        .setTaskId(task)
                        .addAllPaths(paths)
                        .setForce(force)
                        .setRedo(redo)
                        .build());
        invocation.print(
                undone,
                () -> new ChangesView(invocation.colours()).text(undone.getOutcomesList(), redo ? "redone" : "undone"));
        boolean conflict = undone.getOutcomesList().stream().anyMatch(outcome -> outcome.getConflictsCount() > 0);
        if (conflict) {
            invocation.say("a folder was edited since; to take it back all the same:\n  mulligan undo " + task
                    + ChangesView.words(paths) + (redo ? " --redo" : "") + " --force");
        }
        boolean failed = conflict
                || undone.getOutcomesList().stream()
                        .anyMatch(outcome -> !outcome.getFailure().isEmpty());
        return (failed ? ExitCode.FAILED : ExitCode.OK).number();
    }
}
