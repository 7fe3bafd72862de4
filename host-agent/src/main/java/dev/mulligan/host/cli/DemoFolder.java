package dev.mulligan.host.cli;

import dev.mulligan.host.cli.client.Patience;
import dev.mulligan.proto.host.v1.ApplyChangesRequest;
import dev.mulligan.proto.host.v1.ChangeSelection;
import dev.mulligan.proto.host.v1.DiffChangesRequest;
import dev.mulligan.proto.host.v1.DiffChangesResponse;
import dev.mulligan.proto.host.v1.RejectChangesRequest;
import dev.mulligan.proto.host.v1.Task;
import dev.mulligan.proto.host.v1.TaskState;
import dev.mulligan.proto.host.v1.UndoChangesRequest;
import io.grpc.StatusException;
import io.grpc.stub.BlockingClientCall;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The part of the demo about a folder of the person's own: what a task makes of it, and what of that reaches it. */
final class DemoFolder implements AutoCloseable {
    private static final String BEFORE = "the plan for 2025\n";
    private static final String AFTER = "the plan for 2026\n";

    private final DemoStage stage;
    private final DemoCalls calls;
    private final String sandbox;
    private final Path folder;
    private String task = "";

    DemoFolder(DemoStage stage, DemoCalls calls, String sandbox) throws IOException {
        this.stage = stage;
        this.calls = calls;
        this.sandbox = sandbox;
        this.folder = Files.createTempDirectory("mulligan-demo").toRealPath();
        Files.writeString(folder.resolve("plan.md"), BEFORE);
        Files.writeString(folder.resolve("old.md"), "old\n");
    }

    void play() throws StatusException, InterruptedException, IOException {
        stage.step(
                "A task works on a folder of yours: " + folder,
                "task run --sandbox " + sandbox + " tidy.yaml",
                this::tidy);
        stage.step("Look at what it wrote", "changes " + task + " --diff", this::show);
        stage.step("Take the good half", "apply " + task + " plan.md", this::apply);
        stage.step("And take that back", "undo " + task, this::undo);
        stage.step("Nothing more of it is wanted", "reject " + task + " '**'", this::reject);
    }

    private void tidy() throws StatusException, InterruptedException, IOException {
        DemoStage.Transcript printed = new DemoStage.Transcript();
        Task ended = calls.run(sandbox, tidying(), printed);
        task = ended.getId();
        stage.check(
                ended.getState() == TaskState.SUCCEEDED,
                "the task succeeded",
                new TaskView(ended).state() + " " + ended.getReason());
        stage.check(printed.toString().equals("plan.md\n"), "as it sees it, one file is left", printed);
        check(BEFORE, "your folder is as it was");
    }

    private String tidying() {
        return """
                name: tidy up
                scope:
                  tools: [shell]
                  folders: [{path: '%s', as: /workspace/notes, access: write}]
                calls:
                  - shell: 'cd /workspace/notes && sed -i s/2025/2026/ plan.md && rm old.md && ls'
                """.formatted(folder);
    }

    private void check(String plan, String promise) throws IOException {
        String found = Files.readString(folder.resolve("plan.md"));
        stage.check(found.equals(plan) && Files.exists(folder.resolve("old.md")), promise, found);
    }

    private void show() throws StatusException, InterruptedException {
        BlockingClientCall<?, DiffChangesResponse> diffs = stage.client()
                .changes(Patience.ANSWER)
                .diff(DiffChangesRequest.newBuilder().setTaskId(task).build());
        int changes = 0;
        for (DiffChangesResponse diff = diffs.read(); diff != null; diff = diffs.read()) {
            stage.show(
                    new DiffView(diff, stage.invocation().colours()).toString().stripTrailing());
            changes++;
        }
        stage.check(changes == 2, "one file changed, one removed", changes);
    }

    private void apply() throws StatusException, IOException {
        var _ = stage.client()
                .changes(Patience.LONG)
                .apply(ApplyChangesRequest.newBuilder()
                        .setTaskId(task)
                        .setSelection(ChangeSelection.newBuilder().addPaths("plan.md"))
                        .build());
        check(AFTER, "the plan is changed, and nothing is removed");
    }

    private void undo() throws StatusException, IOException {
        var _ = stage.client()
                .changes(Patience.LONG)
                .undo(UndoChangesRequest.newBuilder().setTaskId(task).build());
        check(BEFORE, "the plan is as it was");
    }

    private void reject() throws StatusException, IOException {
        int rejected = stage.client()
                .changes(Patience.ANSWER)
                .reject(RejectChangesRequest.newBuilder().setTaskId(task).build())
                .getCount();
        stage.check(rejected == 2, "both changes are rejected", rejected);
        check(BEFORE, "your folder is as it was before");
    }

    @Override
    public void close() throws IOException {
        Files.deleteIfExists(folder.resolve("plan.md"));
        Files.deleteIfExists(folder.resolve("old.md"));
        Files.delete(folder);
    }
}
