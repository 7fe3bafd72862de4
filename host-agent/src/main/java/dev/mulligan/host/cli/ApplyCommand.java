package dev.mulligan.host.cli;

import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import dev.mulligan.host.cli.client.HostClient;
import dev.mulligan.host.cli.client.Patience;
import dev.mulligan.proto.host.v1.ApplyChangesRequest;
import dev.mulligan.proto.host.v1.ApplyChangesResponse;
import dev.mulligan.proto.host.v1.ChangeSelection;
import dev.mulligan.proto.host.v1.Resolution;
import io.grpc.StatusException;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code mulligan apply}. */
@Command(
        name = "apply",
        description = {
            "Carry what a task wrote to the folder it is meant for: all that is pending, or the paths that are given.",
            "All that is chosen, of all folders, or nothing. A file that you edited since the task saw it is a conflict, and",
            "nothing is done; exit code 1. 'mulligan undo' takes it back."
        },
        footer = {
            "",
            "Example:",
            "  mulligan apply nightly-7",
            "  mulligan apply nightly-7 report.md 'notes/**'",
            "  mulligan apply nightly-7 report.md --hunks"
        })
final class ApplyCommand implements Callable<Integer> {
    private final Invocation invocation;

    @Parameters(index = "0", paramLabel = "TASK", description = "The task's id.")
    private String task = "";

    @Parameters(
            index = "1..*",
            arity = "0..*",
            paramLabel = "PATH",
            description = "In the folder: a path with all that is below, or a glob.")
    private List<String> paths = List.of();

    @Option(names = "--hunks", description = "Ask about each hunk of a text, as 'git add -p' does.")
    private boolean hunks;

    @Option(
            names = "--merge",
            paramLabel = "PATH",
            description = "Apply this path; where you edited the file, too, join both: a conflict stays one.")
    private List<String> merged = List.of();

    @Option(
            names = "--overwrite",
            paramLabel = "PATH",
            description = "Apply this path; where you edited the file, too, take the task's.")
    private List<String> overwritten = List.of();

    ApplyCommand(Invocation invocation) {
        this.invocation = invocation;
    }

    @Override
    public Integer call() throws StatusException, InterruptedException, IOException {
        HostClient client = invocation.host();
        ChangeSelection.Builder selection = ChangeSelection.newBuilder().addAllPaths(paths);
        if (hunks) {
            Optional<ChangeSelection> picked = new HunkPicker(invocation, client, task, paths).pick();
            if (picked.isEmpty()) {
                invocation.say("nothing was chosen");
                return ExitCode.OK.number();
            }
            selection = picked.get().toBuilder();
        }
        for (String path : merged) {
            choose(selection, path);
            selection.putResolutions(path, Resolution.MERGE);
        }
        for (String path : overwritten) {
            if (merged.contains(path)) {
                throw HostException.of(HostErrorCode.INVALID_ARGUMENT, "--merge and --overwrite of the same path")
                        .value(path)
                        .expected("one of them")
                        .build();
            }
            choose(selection, path);
            selection.putResolutions(path, Resolution.OVERWRITE);
        }
        ApplyChangesResponse applied = client.changes(Patience.LONG)
                .apply(ApplyChangesRequest.newBuilder()
                        .setTaskId(task)
                        .setSelection(selection)
                        .build());
        invocation.print(
                applied, () -> new ChangesView(invocation.colours()).text(applied.getOutcomesList(), "applied"));
        Optional<String> advice = ChangesView.advice(task, applied.getOutcomesList());
        advice.ifPresent(invocation::say);
        return (advice.isPresent() ? ExitCode.FAILED : ExitCode.OK).number();
    }

    /** That path and no glob, also if the task gave its file a name that would be one. */
    private static void choose(ChangeSelection.Builder selection, String path) {
        String literal = path.replace("*", "\\x2a").replace("?", "\\x3f").replace("[", "\\x5b");
        if (!selection.getPathsList().contains(path)) {
            selection.addPaths(literal);
        }
    }
}
