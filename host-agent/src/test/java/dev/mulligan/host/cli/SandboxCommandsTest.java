package dev.mulligan.host.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.mulligan.host.cli.archive.TarPacker;
import dev.mulligan.proto.host.v1.CallResult;
import dev.mulligan.proto.host.v1.CreateSandboxRequest;
import dev.mulligan.proto.host.v1.EvaluateEnded;
import dev.mulligan.proto.host.v1.EvaluateStart;
import dev.mulligan.proto.host.v1.ExecStart;
import dev.mulligan.proto.host.v1.MimeBundle;
import dev.mulligan.proto.host.v1.ThrownError;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** sandbox create, list, exec, shell, cp against one sandbox that is none. */
final class SandboxCommandsTest {
    private final Path directory;
    private final Shell shell;
    private final FakeSandboxes sandboxes = new FakeSandboxes();

    SandboxCommandsTest(@TempDir Path directory) {
        this.directory = directory;
        this.shell = new Shell(directory.resolve("state"));
        shell.serve(sandboxes);
    }

    @AfterEach
    void close() {
        shell.close();
    }

    @Test
    void createPassesEveryOptionOnAndPrintsTheId() {
        assertThat(shell.run(
                        "sandbox",
                        "create",
                        "web",
                        "--image",
                        "data",
                        "--memory",
                        "2Gi",
                        "--cpus",
                        "2",
                        "--disk",
                        "20Gi",
                        "--label",
                        "team=blue",
                        "-e",
                        "A=b=c",
                        "--pause-after",
                        "90s",
                        "--delete-after",
                        "never"))
                .isZero();
        assertThat(shell.output()).isEqualTo("sb-aaaaaaaaaa\n");
        assertThat(shell.errors()).isEqualTo("mulligan: creating a sandbox\nmulligan: booting\n");
        CreateSandboxRequest request = sandboxes.created.getFirst();
        assertThat(request.getName()).isEqualTo("web");
        assertThat(request.getImage()).isEqualTo("data");
        assertThat(request.getSize().getMemoryBytes()).isEqualTo(2L << 30);
        assertThat(request.getSize().getProcessors()).isEqualTo(2);
        assertThat(request.getSize().getDiskBytes()).isEqualTo(20L << 30);
        assertThat(request.getLabelsMap()).containsEntry("team", "blue");
        assertThat(request.getEnvironmentMap()).containsEntry("A", "b=c");
        assertThat(request.getIdle().getPause().getSeconds()).isEqualTo(90);
        assertThat(request.getIdle().hasSave()).isFalse();
        assertThat(request.getIdle().getDelete().getSeconds()).isNegative();
    }

    @Test
    void list() {
        assertThat(shell.run("sandbox", "list")).isZero();
        assertThat(shell.output()).isEqualTo("""
                SANDBOX        NAME     STATE  IMAGE  MEMORY  CPUS  CREATED  TASK  LABELS
                sb-aaaaaaaaaa  web\\x0d  ready  base   0 B     0     -        -     team=blue
                """);
        assertThat(shell.run("sandbox", "list", "--output", "json")).isZero();
        assertThat(shell.output()).startsWith("{\"sandboxes\":[{\"id\":\"sb-aaaaaaaaaa\",\"name\":\"web\\r\"");
    }

    @Test
    void execPassesStreamsAndExitCodeOn() {
        assertThat(shell.input("hello")
                        .run(
                                "sandbox",
                                "exec",
                                "-i",
                                "--root",
                                "-e",
                                "A=1",
                                "-w",
                                "/tmp",
                                "web",
                                "cat",
                                "--output",
                                "x"))
                .isEqualTo(3);
        assertThat(shell.output()).isEqualTo("hello");
        assertThat(shell.errors()).isEqualTo("started\n");
        ExecStart start = sandboxes.started.getFirst();
        assertThat(start.getSandbox()).isEqualTo("web");
        assertThat(start.getArgumentsList()).containsExactly("cat", "--output", "x");
        assertThat(start.getRoot()).isTrue();
        assertThat(start.getWorkingDirectory()).isEqualTo("/tmp");
        assertThat(start.getEnvironmentMap()).containsEntry("A", "1");
        assertThat(start.hasTerminal()).isFalse();
    }

    @Test
    void execWithoutInputDoesNotReadIt() {
        assertThat(shell.input("hello").run("sandbox", "exec", "web", "--", "cat"))
                .isEqualTo(3);
        assertThat(shell.output()).isEmpty();
        assertThat(sandboxes.started.getFirst().getArgumentsList()).containsExactly("cat");
    }

    @Test
    void ctrlCIsPassedOn() throws Exception {
        CompletableFuture<Integer> exitCode = shell.start("sandbox", "exec", "web", "sleep", "100");
        Shell.await(() -> shell.errors().contains("started"), "the program");
        shell.interrupt();
        assertThat(exitCode.get(20, TimeUnit.SECONDS)).isEqualTo(130);
        assertThat(sandboxes.signals).containsExactly(2);
    }

    @Test
    void aShellNeedsATerminal() {
        assertThat(shell.run("sandbox", "shell", "web")).isEqualTo(2);
        assertThat(shell.errors()).contains("no terminal: standard input").contains("sandbox exec -i");
        assertThat(shell.run("sandbox", "exec", "-it", "web", "top")).isEqualTo(2);
    }

    @Test
    void copyAFileInUnderItsOwnNameOrAnother() throws IOException {
        byte[] content = new byte[200_000];
        content[199_999] = 7;
        Path file = Files.write(directory.resolve("big"), content);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-x---"));
        assertThat(shell.run("sandbox", "cp", file.toString(), "web:/home/agent/"))
                .isZero();
        assertThat(shell.run("sandbox", "cp", file.toString(), "web:/tmp/other"))
                .isZero();
        assertThat(sandboxes.files).containsOnlyKeys("/home/agent/big", "/tmp/other");
        assertThat(sandboxes.files.values()).containsOnly(ByteString.copyFrom(content));
        assertThat(sandboxes.modes).containsEntry("/tmp/other", 0750);
    }

    @Test
    void copyADirectoryInAndOut() throws IOException {
        Files.createDirectories(directory.resolve("tree/sub"));
        Files.writeString(directory.resolve("tree/sub/a"), "1");
        assertThat(shell.run("sandbox", "cp", directory.resolve("tree").toString(), "web:/tmp/tree"))
                .isZero();
        assertThat(sandboxes.archives).containsOnlyKeys("/tmp/tree");

        // A guest's archives have the directory itself on top.
        ByteArrayOutputStream archive = new ByteArrayOutputStream();
        Files.createDirectories(directory.resolve("guest"));
        Files.move(directory.resolve("tree"), directory.resolve("guest/tree"));
        new TarPacker(directory.resolve("guest"), _ -> {}).pack(archive);
        sandboxes.archives.put("/tmp/tree", ByteString.copyFrom(archive.toByteArray()));
        Path target = Files.createDirectory(directory.resolve("target"));
        assertThat(shell.run("sandbox", "cp", "web:/tmp/tree", target.toString()))
                .isZero();
        assertThat(target.resolve("tree/sub/a")).hasContent("1");
        assertThat(shell.run(
                        "sandbox",
                        "cp",
                        "web:/tmp/tree",
                        directory.resolve("new").toString()))
                .isZero();
        assertThat(directory.resolve("new/sub/a")).hasContent("1");
    }

    @Test
    void copyAFileOutDropsSetUserId() throws IOException {
        sandboxes.files.put("/bin/su", ByteString.copyFromUtf8("x".repeat(5000)));
        sandboxes.modes.put("/bin/su", 0104755);
        assertThat(shell.run("sandbox", "cp", "web:/bin/su", directory.toString()))
                .isZero();
        assertThat(directory.resolve("su")).hasContent("x".repeat(5000));
        assertThat((Integer) Files.getAttribute(directory.resolve("su"), "unix:mode") & 07777)
                .isEqualTo(0755);
    }

    @Test
    void streams() {
        assertThat(shell.input("from a pipe").run("sandbox", "cp", "-", "web:/tmp/a"))
                .isZero();
        assertThat(shell.run("sandbox", "cp", "web:/tmp/a", "-")).isZero();
        assertThat(shell.output()).isEqualTo("from a pipe");
        assertThat(shell.run("sandbox", "cp", "web:/tmp/a", "-", "--output", "json"))
                .isZero();
        assertThat(shell.output()).as("the data, and nothing else").isEqualTo("from a pipe");
    }

    @Test
    void whatIsLeftOutIsSaid() throws IOException, InterruptedException {
        Path tree = Files.createDirectories(directory.resolve("tree"));
        assertThat(new ProcessBuilder("mkfifo", tree.resolve("pipe").toString())
                        .start()
                        .waitFor())
                .isZero();
        assertThat(shell.run("sandbox", "cp", tree.toString(), "web:/tmp/tree")).isEqualTo(1);
        assertThat(shell.errors()).contains("left out: pipe: neither a file");
        assertThat(shell.run("sandbox", "cp", tree.toString(), "web:/tmp/tree", "--output", "json"))
                .isEqualTo(1);
        assertThat(shell.output())
                .startsWith("{\"copied\":\"" + tree + "\",\"to\":\"web:/tmp/tree\",\"leftOut\":[\"pipe: neither a file")
                .endsWith("\"]}\n");
        assertThat(shell.errors()).isEmpty();
    }

    @Test
    void missingFilesOnBothSides() {
        assertThat(shell.run("sandbox", "cp", "web:/no", ".")).isEqualTo(3);
        assertThat(shell.errors())
                .contains(
                        "no such file in the sandbox: /no (expected: a file or a directory of sandbox web); see what is"
                                + " there: mulligan sandbox exec web ls");
        sandboxes.files.put("/f", ByteString.copyFromUtf8("x"));
        Path missing = directory.resolve("missing");
        assertThat(shell.run("sandbox", "cp", "web:/f", missing.resolve("f").toString()))
                .isEqualTo(3);
        assertThat(shell.errors())
                .contains("no such directory: " + missing + " (expected: one that is there, for f); make it: mkdir -p "
                        + missing);
        assertThat(shell.run("sandbox", "cp", directory.resolve("no").toString(), "web:/tmp/"))
                .isEqualTo(3);
    }

    @Test
    void aRefusalDuringATransferIsTheErrorThatIsShown() throws IOException {
        Path file = Files.write(directory.resolve("big"), new byte[5_000_000]);
        assertThat(shell.run("sandbox", "cp", file.toString(), "web:/forbidden/x"))
                .isEqualTo(4);
        assertThat(shell.errors()).contains("not allowed: /forbidden/x");
    }

    @Test
    void runEvaluatesCodeAndPrintsItsValue() throws IOException {
        sandboxes.evaluation = EvaluateEnded.newBuilder()
                .setOutcome(CallResult.Outcome.OK)
                .setSessionRestarted(true)
                .addResults(MimeBundle.newBuilder()
                        .putData("text/plain", ByteString.copyFromUtf8("42"))
                        .putData("image/svg+xml", ByteString.copyFromUtf8("<svg/>")));
        Path saved = directory.resolve("saved");
        assertThat(shell.run(
                        "sandbox",
                        "run",
                        "web",
                        "--python",
                        "6*7",
                        "--session",
                        "s",
                        "--save-results",
                        saved.toString(),
                        "one",
                        "two"))
                .isZero();
        assertThat(shell.output()).isEqualTo("[6*7]\n42\n");
        assertThat(shell.errors()).contains("saved " + saved.resolve("result-1.svg"), "had died");
        assertThat(saved.resolve("result-1.svg")).hasContent("<svg/>");
        EvaluateStart start = sandboxes.evaluated.getFirst();
        assertThat(start.getSandbox()).isEqualTo("web");
        assertThat(start.getPython().getSession()).isEqualTo("s");
        assertThat(start.getPython().getArgumentsList()).containsExactly("one", "two");
    }

    @Test
    void runTakesAFileAndPassesOnHowItEnded() throws IOException {
        sandboxes.evaluation = EvaluateEnded.newBuilder()
                .setOutcome(CallResult.Outcome.ERROR)
                .setExitCode(3)
                .setSessionLost(true)
                .setMessage("the interpreter ended, exit code 3")
                .setError(ThrownError.newBuilder().setTraceback("Traceback: here\n"));
        String file = Files.writeString(directory.resolve("a.js"), "let x").toString();
        assertThat(shell.run("sandbox", "run", "web", file, "one")).isEqualTo(3);
        assertThat(sandboxes.evaluated.getFirst().getNode().getCode()).isEqualTo("let x");
        assertThat(sandboxes.evaluated.getFirst().getNode().getArgumentsList()).containsExactly("one");
        assertThat(shell.errors()).contains("Traceback: here\n", "the session is lost: the interpreter ended");
    }

    @Test
    void runWithJsonPrintsEachResponse() {
        sandboxes.evaluation = EvaluateEnded.newBuilder()
                .setOutcome(CallResult.Outcome.OK)
                .addResults(MimeBundle.newBuilder().putData("image/png", ByteString.copyFrom(new byte[] {1})));
        assertThat(shell.run("--output", "json", "sandbox", "run", "web", "--node", "1"))
                .isZero();
        assertThat(shell.output().lines()).hasSize(2);
        assertThat(shell.output()).contains("\"image/png\":\"AQ==\"");
    }

    @Test
    void runRefusesCodeThatIsNone() {
        assertThat(shell.run("sandbox", "run", "web")).isEqualTo(2);
        assertThat(shell.run("sandbox", "run", "web", "--python", "1", "--node", "2"))
                .isEqualTo(2);
        assertThat(shell.run("sandbox", "run", "web", "a.rb")).isEqualTo(2);
        assertThat(sandboxes.evaluated).isEmpty();
    }
}
