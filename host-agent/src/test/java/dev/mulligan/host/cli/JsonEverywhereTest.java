package dev.mulligan.host.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mulligan.host.TryLabel;
import dev.mulligan.proto.host.v1.ApprovalServiceGrpc;
import dev.mulligan.proto.host.v1.AuditServiceGrpc;
import dev.mulligan.proto.host.v1.BuildImageResponse;
import dev.mulligan.proto.host.v1.CallResult;
import dev.mulligan.proto.host.v1.ChangesServiceGrpc;
import dev.mulligan.proto.host.v1.CheckpointServiceGrpc;
import dev.mulligan.proto.host.v1.CreateSandboxResponse;
import dev.mulligan.proto.host.v1.DispatchResponse;
import dev.mulligan.proto.host.v1.EvaluateEnded;
import dev.mulligan.proto.host.v1.EvaluateResponse;
import dev.mulligan.proto.host.v1.ExecExited;
import dev.mulligan.proto.host.v1.ExecResponse;
import dev.mulligan.proto.host.v1.ExportAuditResponse;
import dev.mulligan.proto.host.v1.ForkSandboxResponse;
import dev.mulligan.proto.host.v1.GetSandboxResponse;
import dev.mulligan.proto.host.v1.HostServiceGrpc;
import dev.mulligan.proto.host.v1.Image;
import dev.mulligan.proto.host.v1.ImageServiceGrpc;
import dev.mulligan.proto.host.v1.KeepReadyResponse;
import dev.mulligan.proto.host.v1.PrepareTemplateResponse;
import dev.mulligan.proto.host.v1.Sandbox;
import dev.mulligan.proto.host.v1.SandboxServiceGrpc;
import dev.mulligan.proto.host.v1.TaskServiceGrpc;
import dev.mulligan.proto.host.v1.TaskState;
import dev.mulligan.proto.host.v1.Template;
import dev.mulligan.proto.host.v1.TemplateServiceGrpc;
import dev.mulligan.proto.host.v1.VerifyAuditResponse;
import dev.mulligan.proto.host.v1.WatchTaskResponse;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** With {@code --output json}, every command that prints prints JSON objects, one a line, and nothing else. */
final class JsonEverywhereTest {
    private static final ObjectMapper JSON = new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    /** What a program in a sandbox prints, and what a shell reads, comes as it is. */
    private static final Set<String> RAW = Set.of("sandbox exec", "sandbox shell", "completion");

    /** They need a machine; {@code BenchReport} and {@code DemoStage} write theirs. */
    private static final Set<String> REAL = Set.of("bench", "demo");

    private final Path directory;
    private final Shell shell;

    JsonEverywhereTest(@TempDir Path directory) {
        this.directory = directory;
        this.shell = new Shell(directory.resolve("state"));
    }

    @BeforeEach
    void serve() {
        BlankHost host = new BlankHost()
                .answer(
                        BuildImageResponse.newBuilder()
                                .setResult(BuildImageResponse.Result.newBuilder()
                                        .setImage(Image.newBuilder().setName("base")))
                                .build(),
                        ImageServiceGrpc.getBuildMethod())
                .answer(
                        CreateSandboxResponse.newBuilder()
                                .setSandbox(Sandbox.newBuilder().setId("sb-1"))
                                .build(),
                        SandboxServiceGrpc.getCreateMethod())
                .answer(
                        GetSandboxResponse.newBuilder()
                                .setSandbox(Sandbox.newBuilder().setId("sb-1").putLabels(TryLabel.KEY, "try-1"))
                                .build(),
                        SandboxServiceGrpc.getGetMethod())
                .answer(
                        ForkSandboxResponse.newBuilder()
                                .setResult(ForkSandboxResponse.Result.newBuilder()
                                        .addSandboxes(Sandbox.newBuilder().setId("sb-2")))
                                .build(),
                        SandboxServiceGrpc.getForkMethod())
                .answer(
                        ExecResponse.newBuilder()
                                .setExited(ExecExited.newBuilder().setOutcome(CallResult.Outcome.OK))
                                .build(),
                        SandboxServiceGrpc.getExecMethod())
                .answer(
                        PrepareTemplateResponse.newBuilder()
                                .setTemplate(Template.newBuilder().setId("t"))
                                .build(),
                        TemplateServiceGrpc.getPrepareMethod())
                .answer(
                        KeepReadyResponse.newBuilder()
                                .setTemplate(Template.newBuilder().setId("t"))
                                .build(),
                        TemplateServiceGrpc.getKeepReadyMethod())
                .answer(
                        EvaluateResponse.newBuilder()
                                .setEnded(EvaluateEnded.newBuilder().setOutcome(CallResult.Outcome.OK))
                                .build(),
                        SandboxServiceGrpc.getEvaluateMethod())
                .answer(
                        DispatchResponse.newBuilder()
                                .setTask(FakeTasks.task(TaskState.QUEUED))
                                .build(),
                        TaskServiceGrpc.getDispatchMethod())
                .answer(
                        WatchTaskResponse.newBuilder()
                                .setStateChanged(WatchTaskResponse.StateChanged.newBuilder()
                                        .setTask(FakeTasks.task(TaskState.SUCCEEDED)))
                                .build(),
                        TaskServiceGrpc.getWatchMethod())
                .answer(VerifyAuditResponse.newBuilder().setWhole(true).build(), AuditServiceGrpc.getVerifyMethod())
                .answer(
                        ExportAuditResponse.newBuilder()
                                .setData(com.google.protobuf.ByteString.copyFromUtf8("{\"head\":\"0\"}\n"))
                                .build(),
                        AuditServiceGrpc.getExportMethod());
        shell.serve(
                host.service(HostServiceGrpc.getServiceDescriptor()),
                host.service(TaskServiceGrpc.getServiceDescriptor()),
                host.service(ApprovalServiceGrpc.getServiceDescriptor()),
                host.service(ChangesServiceGrpc.getServiceDescriptor()),
                host.service(SandboxServiceGrpc.getServiceDescriptor()),
                host.service(CheckpointServiceGrpc.getServiceDescriptor()),
                host.service(ImageServiceGrpc.getServiceDescriptor()),
                host.service(TemplateServiceGrpc.getServiceDescriptor()),
                host.service(AuditServiceGrpc.getServiceDescriptor()));
    }

    @AfterEach
    void close() {
        shell.close();
    }

    @Test
    void everyCommandThatPrints() throws IOException {
        Map<String, String> commands = commands();
        Set<String> named = new TreeSet<>(commands.keySet());
        named.addAll(RAW);
        named.addAll(REAL);
        assertThat(named).as("those of the command line").isEqualTo(leaves());
        for (Map.Entry<String, String> command : commands.entrySet()) {
            String line = (command.getKey() + " " + command.getValue()).strip() + " --output json";
            int exitCode = shell.run(line.split(" ", -1));
            // This machine need not be ready for sandboxes.
            assertThat(exitCode)
                    .as(line + ": " + shell.errors())
                    .isIn(command.getKey().equals("doctor") ? List.of(0, 5) : List.of(0));
            assertObjects(line, shell.output());
            assertThat(shell.errors()).as(line).isEmpty();
        }
    }

    @Test
    void errorsToo() throws IOException {
        for (String line : List.of("audit verify /nowhere", "status --no-such-option", "task")) {
            assertThat(shell.run((line + " --output json").split(" ", -1))).isNotZero();
            assertThat(shell.output()).isEmpty();
            assertObjects(line, shell.errors());
        }
    }

    private Map<String, String> commands() throws IOException {
        Path file = Files.writeString(directory.resolve("file"), "content");
        Path task = Files.writeString(directory.resolve("task.yaml"), "calls: [{shell: ls}]");
        Path scope = Files.writeString(directory.resolve("scope.yaml"), "tools: [shell]");
        Map<String, String> commands = new LinkedHashMap<>();
        commands.put("doctor", "");
        commands.put("up", "");
        commands.put("down", "");
        commands.put("status", "");
        commands.put("help", "exit-codes");
        commands.put("image build", "base");
        commands.put("image list", "");
        commands.put("image show", "base");
        commands.put("image rm", "base data");
        commands.put("template prepare", "");
        commands.put("template list", "");
        commands.put("template keep", "base 1");
        commands.put("template rm", "base");
        commands.put("try", "--sandbox web --task " + task);
        commands.put("fork", "web");
        commands.put("sandbox pick", "web");
        commands.put("task run", task.toString());
        commands.put("task list", "");
        commands.put("task show", "t-1");
        commands.put("task watch", "t-1");
        commands.put("task cancel", "t-1");
        commands.put("approvals list", "");
        commands.put("approvals show", "ap-0000000001");
        commands.put("approvals allow", "ap-0000000001");
        commands.put("approvals deny", "ap-0000000001");
        commands.put("changes", "nightly --diff");
        commands.put("apply", "nightly");
        commands.put("reject", "nightly a");
        commands.put("undo", "nightly");
        commands.put("scope check", scope.toString());
        commands.put("scope explain", scope + " --call {\"shell\":\"ls\"}");
        commands.put("scope list", "");
        commands.put("scope schema", "");
        commands.put("sandbox create", "web");
        commands.put("sandbox list", "");
        commands.put("sandbox show", "web");
        commands.put("sandbox cp", file + " web:/tmp/");
        commands.put("sandbox run", "web --python 1");
        commands.put("sandbox pause", "web");
        commands.put("sandbox resume", "web");
        commands.put("sandbox rm", "web");
        commands.put("checkpoint create", "web");
        commands.put("checkpoint list", "web");
        commands.put("checkpoint rm", "web cp-1");
        commands.put("rollback", "web");
        commands.put("audit show", "");
        commands.put("audit verify", "");
        commands.put("audit export", "--file " + directory.resolve("record.jsonl"));
        commands.put("audit key", "");
        commands.put("audit rotate", "--before 90d");
        return commands;
    }

    private static void assertObjects(String command, String printed) throws IOException {
        assertThat(printed).as(command).isNotBlank().endsWith("\n");
        for (String line : printed.lines().toList()) {
            assertThat(JSON.readTree(line).isObject()).as(command + ": " + line).isTrue();
        }
    }

    private Set<String> leaves() {
        GlobalOptions options = new GlobalOptions();
        Set<String> leaves = new TreeSet<>();
        collect(new CommandTree(shell.invocation(options), options).build(), leaves);
        return leaves;
    }

    private static void collect(CommandLine line, Set<String> leaves) {
        if (line.getSubcommands().isEmpty()) {
            leaves.add(line.getCommandSpec().qualifiedName().replaceFirst("^mulligan ", ""));
        }
        line.getSubcommands().values().forEach(child -> collect(child, leaves));
    }
}
