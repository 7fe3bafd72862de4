package dev.mulligan.host.cli;

import dev.mulligan.proto.host.v1.AuditEntry;
import dev.mulligan.proto.host.v1.BuildImageRequest;
import dev.mulligan.proto.host.v1.BuildImageResponse;
import dev.mulligan.proto.host.v1.RestoredPath;
import dev.mulligan.proto.host.v1.RollbackResponse;
import dev.mulligan.proto.host.v1.Task;
import dev.mulligan.proto.host.v1.TaskState;
import dev.mulligan.proto.host.v1.VerifyAuditResponse;
import io.grpc.StatusException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The story of the demo: what a person would do, through the same calls, with every promise checked. */
final class Demo {
    private static final String REPORT = "/home/agent/report.md";

    private static final String WORK = """
            name: write a report
            scope: {tools: [python, node, shell]}
            calls:
              - python: |
                  squares = [n * n for n in range(1, 6)]
                  with open("/home/agent/report.md", "w") as report:
                      report.write("squares: " + " ".join(map(str, squares)) + "\\n")
                  print("python wrote", sum(squares))
              - node: |
                  const fs = require("fs");
                  const numbers = fs.readFileSync("/home/agent/report.md", "utf8").match(/\\d+/g).map(Number);
                  fs.appendFileSync("/home/agent/report.md", "sum: " + numbers.reduce((a, b) => a + b) + "\\n");
                  console.log("node added the sum of", numbers.length, "numbers");
              - shell: 'cat /home/agent/report.md'
            """;
    private static final String DAMAGE = """
            name: damage a file
            scope: {tools: [shell]}
            calls:
              - shell: 'echo "all wrong" > /home/agent/report.md; cat /home/agent/report.md'
            """;
    private static final String WRECK = """
            name: wreck the machine
            scope: {tools: [shell], root: true}
            on_failure: keep
            calls:
              - shell: 'rm -rf --no-preserve-root /usr; echo "/usr is gone"'
                root: true
            """;
    private static final String RIGHT = "squares: 1 4 9 16 25\nsum: 55\n";

    private final DemoStage stage;
    private final DemoCalls calls;
    private final String sandbox;

    Demo(DemoStage stage) {
        this.stage = stage;
        this.calls = new DemoCalls(stage);
        this.sandbox = "demo-" + ProcessHandle.current().pid();
    }

    void play() throws StatusException, InterruptedException, IOException {
        stage.step("Start the host agent", "up", this::start);
        stage.step("Build the image 'base', if something in it changed", "image build base", this::build);
        stage.step("Create a sandbox", "sandbox create " + sandbox, this::create);
        stage.step(
                "A task: Python, Node.js and the shell work on a file",
                "task run --sandbox " + sandbox + " work.yaml",
                this::work);
        Task damage = damage();
        stage.step(
                "Take back that one file; the machine runs on",
                "rollback " + sandbox + " --to " + damage.getCheckpointId() + " --path " + REPORT,
                () -> restoreFile(damage));
        Task wreck = wreck();
        stage.step(
                "Take back the whole machine",
                "rollback " + sandbox + " --to " + wreck.getCheckpointId(),
                () -> restoreMachine(wreck));
        try (DemoFolder folder = new DemoFolder(stage, calls, sandbox)) {
            folder.play();
        }
        stage.step("What the record says about it", "audit show --task " + wreck.getId(), () -> record(wreck));
        stage.step("Is the record whole?", "audit verify", this::verify);
        stage.step("Clean up", "sandbox rm " + sandbox, stage::cleanUp);
        stage.summary();
    }

    private void start() throws InterruptedException {
        if (stage.invocation().startHost()) {
            stage.hostStarted();
            stage.show("started");
        } else {
            stage.show("runs already");
        }
    }

    private void build() throws StatusException, InterruptedException {
        BuildImageResponse.Result built = new ImageBuild(stage.invocation(), false)
                .run(
                        stage.client(),
                        BuildImageRequest.newBuilder().setRecipe("base").build());
        stage.show(new ImageView(built.getImage()).shortDigest() + (built.getCached() ? " unchanged" : " built"));
    }

    private void create() throws StatusException, InterruptedException {
        stage.sandbox(sandbox);
        stage.show(calls.create(sandbox).getId() + " is ready");
    }

    private void work() throws StatusException, InterruptedException, IOException {
        DemoStage.Transcript printed = new DemoStage.Transcript();
        Task task = calls.run(sandbox, WORK, printed);
        stage.check(
                task.getState() == TaskState.SUCCEEDED,
                "the task succeeded",
                new TaskView(task).state() + " " + task.getReason());
        stage.check(
                printed.toString().equals("python wrote 55\nnode added the sum of 5 numbers\n" + RIGHT),
                "its three calls printed what they should",
                printed);
    }

    private Task damage() throws StatusException, InterruptedException, IOException {
        List<Task> task = new ArrayList<>();
        stage.step("A second task damages the file", "task run --sandbox " + sandbox + " damage.yaml", () -> {
            task.add(calls.run(sandbox, DAMAGE, new DemoStage.Transcript()));
            String found = calls.read(sandbox, REPORT);
            stage.check(found.equals("all wrong\n"), "the file is damaged", found);
        });
        return task.getFirst();
    }

    private void restoreFile(Task damage) throws StatusException, InterruptedException, IOException {
        RollbackResponse rolledBack = calls.rollback(sandbox, damage.getCheckpointId(), List.of(REPORT));
        stage.check(
                rolledBack.getPathsList().stream()
                        .map(RestoredPath::getOutcome)
                        .toList()
                        .equals(List.of(RestoredPath.Outcome.REPLACED)),
                "exactly that path was replaced",
                rolledBack.getPathsList());
        String found = calls.read(sandbox, REPORT);
        stage.check(found.equals(RIGHT), "the file is right again", found);
    }

    private Task wreck() throws StatusException, InterruptedException, IOException {
        List<Task> task = new ArrayList<>();
        stage.step("A third task, as root, wrecks the machine", "task run --sandbox " + sandbox + " wreck.yaml", () -> {
            task.add(calls.run(sandbox, WRECK, new DemoStage.Transcript()));
            stage.check(!calls.works(sandbox), "Python does not start any more", "it does");
        });
        return task.getFirst();
    }

    private void restoreMachine(Task wreck) throws StatusException, InterruptedException, IOException {
        RollbackResponse rolledBack = calls.rollback(sandbox, wreck.getCheckpointId(), List.of());
        stage.show("returned in " + Elapsed.of(rolledBack.getDuration()));
        stage.check(calls.works(sandbox), "Python works again", "it does not");
        String found = calls.read(sandbox, REPORT);
        stage.check(found.equals(RIGHT), "the file is still right", found);
    }

    private void record(Task wreck) throws StatusException, InterruptedException {
        List<AuditEntry> entries = calls.audit(wreck.getId());
        entries.forEach(entry -> stage.show(new AuditView(entry).toString()));
        stage.check(
                entries.stream().map(AuditEntry::getDecision).toList().containsAll(Set.of("allow")),
                "the decision to allow the call is on record",
                entries.size() + " entries");
    }

    private void verify() throws StatusException {
        VerifyAuditResponse answer = calls.verify();
        stage.check(
                answer.getWhole(), "all " + answer.getEntries() + " entries are whole and linked", answer.getProblem());
    }
}
