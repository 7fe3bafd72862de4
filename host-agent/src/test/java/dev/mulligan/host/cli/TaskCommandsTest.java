package dev.mulligan.host.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.mulligan.proto.host.v1.CallResult;
import dev.mulligan.proto.host.v1.MimeBundle;
import dev.mulligan.proto.host.v1.OnFailure;
import dev.mulligan.proto.host.v1.OutputStream;
import dev.mulligan.proto.host.v1.Task;
import dev.mulligan.proto.host.v1.TaskSpec;
import dev.mulligan.proto.host.v1.TaskState;
import dev.mulligan.proto.host.v1.Tool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** task run, list, show, watch, cancel against a task service that plays a script. */
final class TaskCommandsTest {
    private final Path directory;
    private final Shell shell;

    TaskCommandsTest(@TempDir Path directory) {
        this.directory = directory;
        this.shell = new Shell(directory.resolve("state"));
    }

    @AfterEach
    void close() {
        shell.close();
    }

    @Test
    void outputGoesWhereTheTaskWroteItAndTheRestIsSaidOnStderr() throws IOException {
        Path file = Files.writeString(directory.resolve("task.yaml"), "calls: [{python: 'print(1)'}]\n");
        shell.serve(new FakeTasks(FakeTasks.task(TaskState.SUCCEEDED).build(), false, responses -> {
            responses.onNext(FakeTasks.progress("starting a sandbox"));
            responses.onNext(FakeTasks.output(OutputStream.STDOUT, "to out, no line end"));
            responses.onNext(FakeTasks.output(OutputStream.STDERR, "to err\n"));
        }));
        assertThat(shell.run("task", "run", file.toString())).isZero();
        assertThat(shell.output()).isEqualTo("to out, no line end");
        assertThat(shell.errors()).isEqualTo("""
                mulligan: starting a sandbox
                to err
                mulligan: task t-1 succeeded in 2.5 s
                  the record:   mulligan audit show --task t-1
                """);
    }

    @Test
    void optionsBecomeTheTask() {
        FakeTasks tasks = new FakeTasks(FakeTasks.task(TaskState.SUCCEEDED).build(), false, _ -> {});
        shell.serve(tasks);
        assertThat(shell.run(
                        "task",
                        "run",
                        "--id",
                        "mine",
                        "--sandbox",
                        "web",
                        "--tool",
                        "shell",
                        "--tool",
                        "FILES",
                        "--root",
                        "--memory",
                        "512Mi",
                        "--time",
                        "90s",
                        "--on-failure",
                        "keep",
                        "--keep",
                        "--label",
                        "a=b",
                        "--name",
                        "n",
                        "--",
                        "ls",
                        "-l",
                        "--all"))
                .isZero();
        assertThat(tasks.dispatched).hasSize(1);
        assertThat(tasks.dispatched.getFirst().getTaskId()).isEqualTo("mine");
        TaskSpec task = tasks.dispatched.getFirst().getTask();
        assertThat(task.getSandbox()).isEqualTo("web");
        assertThat(task.getName()).isEqualTo("n");
        assertThat(task.getScope().getToolsList()).containsExactly(Tool.SHELL, Tool.FILES);
        assertThat(task.getScope().getRoot()).isTrue();
        assertThat(task.getScope().getLimits().getMemoryBytes()).isEqualTo(512L << 20);
        assertThat(task.getScope().getLimits().getTime().getSeconds()).isEqualTo(90);
        assertThat(task.getOnFailure()).isEqualTo(OnFailure.KEEP);
        assertThat(task.getKeepSandbox()).isTrue();
        assertThat(task.getLabelsMap()).containsEntry("a", "b");
        assertThat(task.getCalls(0).getRoot()).isTrue();
        assertThat(task.getCalls(0).getShell().getArguments().getValuesList()).containsExactly("ls", "-l", "--all");
    }

    @Test
    void aProgramIsGrantedOnlyTheToolThatRunsIt() throws IOException {
        FakeTasks tasks = new FakeTasks(FakeTasks.task(TaskState.SUCCEEDED).build(), false, _ -> {});
        shell.serve(tasks);
        String script = Files.writeString(directory.resolve("a.py"), "print(1)").toString();
        assertThat(shell.run("task", "run", "--", "python3", script)).isZero();
        TaskSpec task = tasks.dispatched.getFirst().getTask();
        assertThat(task.getScope().getToolsList()).containsExactly(Tool.PYTHON);
        assertThat(task.getScope().getRoot()).isFalse();
    }

    @Test
    void aTaskIsHandedOnFromAnotherOrIsAThreadsNextAndSaysWhatItDidNotGet() {
        FakeTasks tasks = new FakeTasks(
                FakeTasks.task(TaskState.SUCCEEDED)
                        .setPreviousTaskId("t-0")
                        .addWithheld("tools python")
                        .setSpec(TaskSpec.newBuilder().setThread("tidy").setParentTaskId("nightly-7"))
                        .build(),
                false,
                _ -> {});
        shell.serve(tasks);
        assertThat(shell.run("task", "run", "--thread", "tidy", "--", "ls")).isZero();
        assertThat(shell.errors()).contains("mulligan: not handed on: tools python\n");
        tasks.ofThread.add(FakeTasks.task(TaskState.SUCCEEDED).build());
        assertThat(shell.run("task", "run", "--thread", "tidy", "--", "ls")).isZero();
        assertThat(shell.run("task", "run", "--after", "nightly-7", "--", "ls")).isZero();
        assertThat(shell.run("task", "run", "--after", "nightly-7", "--tool", "files", "--", "ls"))
                .isZero();
        assertThat(tasks.dispatched)
                .extracting(request -> request.getTask().getScope().getToolsList())
                .containsExactly(List.of(Tool.SHELL), List.of(), List.of(), List.of(Tool.FILES));
        assertThat(tasks.dispatched)
                .extracting(request ->
                        request.getTask().getThread() + "/" + request.getTask().getParentTaskId())
                .containsExactly("tidy/", "tidy/", "/nightly-7", "/nightly-7");
        assertThat(shell.run("task", "show", "t-1")).isZero();
        assertThat(shell.output().lines().map(line -> line.replaceAll(": +", ": ")))
                .contains("thread: tidy", "handed on from: nightly-7, t-0", "not handed on: tools python");
    }

    @Test
    void valuesArePrintedAsAtAPromptAndPicturesSavedWhereAsked() throws IOException {
        MimeBundle result = MimeBundle.newBuilder()
                .putData("text/plain", ByteString.copyFromUtf8("<Figure>"))
                .putData("image/png", ByteString.copyFrom(new byte[] {1, 2, 3}))
                .putData("x/../../evil", ByteString.copyFromUtf8("bad"))
                .build();
        FakeTasks tasks = new FakeTasks(FakeTasks.task(TaskState.SUCCEEDED).build(), false, events -> {
            events.onNext(FakeTasks.output(OutputStream.STDOUT, "no newline"));
            events.onNext(FakeTasks.ended(
                    FakeTasks.result(CallResult.Outcome.OK, 0).setMessage("the session \"a\" had died"), result));
        });
        shell.serve(tasks);
        Path saved = directory.resolve("saved");
        Path file = Files.writeString(directory.resolve("task.yaml"), "calls: [{python: 'x', session: a}]\n");
        assertThat(shell.run("task", "run", "--save-results", saved.toString(), file.toString()))
                .isZero();
        assertThat(tasks.dispatched.getFirst().getTask().getCalls(0).getPython().getSession())
                .isEqualTo("a");
        assertThat(shell.output()).isEqualTo("no newline\n<Figure>\n");
        assertThat(shell.errors()).contains("saved " + saved.resolve("call-1-1.png"), "had died");
        assertThat(Files.readAllBytes(saved.resolve("call-1-1.png"))).isEqualTo(new byte[] {1, 2, 3});
        assertThat(saved.resolve("call-1-1.x_______evil")).hasContent("bad");
    }

    @Test
    void aTaskFileFromStandardInput() {
        FakeTasks tasks = new FakeTasks(FakeTasks.task(TaskState.SUCCEEDED).build(), false, _ -> {});
        shell.serve(tasks);
        assertThat(shell.input("name: piped\ncalls: [{shell: ls}]").run("task", "run", "-"))
                .isZero();
        assertThat(tasks.dispatched.getFirst().getTask().getName()).isEqualTo("piped");
    }

    @Test
    void aMistakeInTheFileDispatchesNothingAndStartsNothing() throws IOException {
        FakeTasks tasks = new FakeTasks(FakeTasks.task(TaskState.SUCCEEDED).build(), false, _ -> {});
        shell.serve(tasks);
        Path file = Files.writeString(directory.resolve("task.yaml"), "calls:\n  - pythn: 1\n");
        assertThat(shell.run("task", "run", file.toString())).isEqualTo(2);
        assertThat(shell.errors())
                .isEqualTo(
                        "mulligan: " + file + ":2:5: unknown tool: pythn (expected: one of python, node, shell, files);"
                                + " did you mean 'python'?\n");
        assertThat(tasks.dispatched).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "FAILED, ERROR, 7, 7, 1",
        "FAILED, ERROR, 0, 1, 1",
        "FAILED, MEMORY_LIMIT, 137, 137, 1",
        "FAILED, DENIED, 0, 4, 4",
        "FAILED, TIME_LIMIT, 137, 124, 124",
        "FAILED, OUTPUT_LIMIT, 137, 1, 1",
        "CANCELLED, CALL_CANCELLED, 0, 130, 130",
        "INTERRUPTED, CALL_INTERRUPTED, 0, 1, 1",
        "SUCCEEDED, OK, 0, 0, 0",
    })
    void exitCodes(TaskState state, CallResult.Outcome outcome, int exitCode, int asProgram, int asFile)
            throws IOException {
        Task end = FakeTasks.task(state)
                .addResults(FakeTasks.result(outcome, exitCode))
                .build();
        Path file = Files.writeString(directory.resolve("task.yaml"), "calls: [{python: 'print(1)'}]\n");
        shell.serve(new FakeTasks(end, false, _ -> {}));
        assertThat(shell.run("task", "run", "--", "true")).isEqualTo(asProgram);
        assertThat(shell.run("task", "run", file.toString())).isEqualTo(asFile);
        assertThat(shell.run("task", "watch", "t-1")).isEqualTo(asFile);
    }

    @Test
    void whatFailedAndWhereToGoBack() {
        Task end = FakeTasks.task(TaskState.FAILED)
                .setReason("call 1 failed")
                .setCheckpointId("cp-1")
                .setSpec(TaskSpec.newBuilder().setSandbox("web"))
                .build();
        shell.serve(new FakeTasks(
                end,
                false,
                responses -> responses.onNext(FakeTasks.ended(
                        FakeTasks.result(CallResult.Outcome.DENIED, 0).setMessage("scope: python is not granted")))));
        assertThat(shell.run("task", "run", "--sandbox", "web", "--", "true")).isEqualTo(1);
        assertThat(shell.errors())
                .contains("mulligan: call 1 (python): scope: python is not granted\n")
                .contains("task t-1 failed in 2.5 s: call 1 failed\n")
                .contains("take it back: mulligan rollback sb-aaaaaaaaaa --to cp-1\n");
    }

    @Test
    void ctrlCCancelsAndWaitsForTheEnd() throws Exception {
        FakeTasks tasks = new FakeTasks(
                FakeTasks.task(TaskState.CANCELLED).setRolledBack(true).build(),
                true,
                responses -> responses.onNext(FakeTasks.output(OutputStream.STDOUT, "working\n")));
        shell.serve(tasks);
        CompletableFuture<Integer> exitCode = shell.start("task", "run", "--", "sleep", "100");
        shell.awaitOutput("working");
        shell.interrupt();
        assertThat(exitCode.get(20, TimeUnit.SECONDS)).isEqualTo(130);
        assertThat(tasks.cancelled).containsExactly("t-1");
        assertThat(shell.errors()).contains("cancelling").contains("its sandbox is as it was before");
        assertThat(shell.handlesInterrupts()).isFalse();
    }

    @Test
    void aSecondCtrlCLeavesAlthoughTheCancellationTakesLong() throws Exception {
        FakeTasks tasks = new FakeTasks(
                        FakeTasks.task(TaskState.CANCELLED).build(),
                        true,
                        responses -> responses.onNext(FakeTasks.output(OutputStream.STDOUT, "working\n")))
                .deaf();
        shell.serve(tasks);
        CompletableFuture<Integer> exitCode = shell.start("task", "run", "--", "sleep", "100");
        shell.awaitOutput("working");
        shell.interrupt();
        Shell.await(() -> !tasks.cancelled.isEmpty(), "the cancellation");
        assertThat(exitCode.isDone()).isFalse();
        shell.interrupt();
        assertThat(exitCode.get(20, TimeUnit.SECONDS)).isEqualTo(130);
        tasks.released.countDown();
    }

    @Test
    void aSlowStreamIsShownAsItComes() throws Exception {
        FakeTasks tasks = new FakeTasks(
                FakeTasks.task(TaskState.SUCCEEDED).build(),
                true,
                responses -> responses.onNext(FakeTasks.output(OutputStream.STDOUT, "first")));
        shell.serve(tasks);
        CompletableFuture<Integer> exitCode = shell.start("task", "watch", "t-1");
        shell.awaitOutput("first");
        assertThat(exitCode.isDone()).isFalse();
        tasks.released.countDown();
        assertThat(exitCode.get(20, TimeUnit.SECONDS)).isZero();
    }

    @Test
    void aHostAgentThatGoesAwayIsNamed() throws Exception {
        shell.serve(new FakeTasks(
                FakeTasks.task(TaskState.SUCCEEDED).build(),
                true,
                responses -> responses.onNext(FakeTasks.output(OutputStream.STDOUT, "first"))));
        CompletableFuture<Integer> exitCode = shell.start("task", "watch", "t-1");
        shell.awaitOutput("first");
        shell.close();
        assertThat(exitCode.get(20, TimeUnit.SECONDS)).isEqualTo(5);
        assertThat(shell.errors()).contains("the host agent does not answer, or went away");
    }

    @Test
    void forProgramsEachEventIsALine() {
        shell.serve(new FakeTasks(
                FakeTasks.task(TaskState.SUCCEEDED).build(),
                false,
                responses -> responses.onNext(FakeTasks.output(OutputStream.STDOUT, "a\u001b"))));
        assertThat(shell.run("task", "run", "--output", "json", "--", "true")).isZero();
        assertThat(shell.output().lines().toList())
                .hasSize(2)
                .first()
                .isEqualTo("{\"sequence\":\"0\",\"output\":{\"index\":0,\"stream\":\"STDOUT\",\"data\":\"YRs=\"}}");
        assertThat(shell.output()).contains("\"stateChanged\":{\"task\":{\"id\":\"t-1\"");
        assertThat(shell.errors()).isEmpty();
    }

    @Test
    void detachedOnlyTheIdIsPrinted() {
        shell.serve(new FakeTasks(FakeTasks.task(TaskState.SUCCEEDED).build(), false, _ -> {}));
        assertThat(shell.run("task", "run", "--detach", "--", "true")).isZero();
        assertThat(shell.output()).isEqualTo("t-1\n");
    }

    @Test
    void listReadsEveryPageUpToTheLimit() {
        shell.serve(new FakeTasks(
                FakeTasks.task(TaskState.FAILED)
                        .setSpec(TaskSpec.newBuilder().setName("evil\u001b[2J"))
                        .build(),
                false,
                _ -> {}));
        assertThat(shell.run("task", "list")).isZero();
        assertThat(shell.output()).isEqualTo("""
                TASK  STATE   CREATED  SANDBOX        CALLS  NAME
                t-1   failed  -        sb-aaaaaaaaaa  0/0    evil\\x1b[2J
                t-2   failed  -        sb-aaaaaaaaaa  0/0    evil\\x1b[2J
                """);
        assertThat(shell.run("task", "list", "--limit", "1", "--output", "json"))
                .isZero();
        assertThat(shell.output()).startsWith("{\"tasks\":[{\"id\":\"t-1\"").doesNotContain("t-2");
    }

    @Test
    void showAndCancel() {
        FakeTasks tasks = new FakeTasks(
                FakeTasks.task(TaskState.FAILED)
                        .addResults(FakeTasks.result(CallResult.Outcome.TIME_LIMIT, 137))
                        .setSpec(TaskSpec.newBuilder()
                                .addCalls(dev.mulligan.proto.host.v1.ToolCall.getDefaultInstance()))
                        .build(),
                false,
                _ -> {});
        shell.serve(tasks);
        assertThat(shell.run("task", "show", "t-1")).isZero();
        assertThat(shell.output()).contains("state:   failed").contains("1     python  time limit  137");
        assertThat(shell.run("task", "cancel", "t-1")).isZero();
        assertThat(tasks.cancelled).containsExactly("t-1");
    }

    @Test
    void unknownTask() {
        shell.serve(new FakeTasks(FakeTasks.task(TaskState.FAILED).build(), false, _ -> {}));
        assertThat(shell.run("task", "show", "nope")).isEqualTo(3);
        assertThat(shell.errors()).isEqualTo("mulligan: unknown task: nope; see 'mulligan task list'\n");
        assertThat(shell.run("task", "show", "nope", "--output", "json")).isEqualTo(3);
        assertThat(shell.errors())
                .isEqualTo(
                        "{\"error\":\"UNKNOWN_TASK\",\"message\":\"unknown task: nope; see 'mulligan task list'\","
                                + "\"value\":\"nope\",\"expected\":\"\",\"remedy\":\"see 'mulligan task list'\",\"exitCode\":3}\n");
    }
}
