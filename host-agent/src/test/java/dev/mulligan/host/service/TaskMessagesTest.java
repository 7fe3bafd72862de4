package dev.mulligan.host.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.google.protobuf.ByteString;
import com.google.protobuf.Duration;
import dev.mulligan.host.Actor;
import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import dev.mulligan.host.TaskId;
import dev.mulligan.host.ThreadName;
import dev.mulligan.host.task.Lineage;
import dev.mulligan.host.task.Task;
import dev.mulligan.host.task.TaskPlace;
import dev.mulligan.host.task.TaskState;
import dev.mulligan.proto.host.v1.Access;
import dev.mulligan.proto.host.v1.Apply;
import dev.mulligan.proto.host.v1.Effect;
import dev.mulligan.proto.host.v1.FilesCall;
import dev.mulligan.proto.host.v1.Folder;
import dev.mulligan.proto.host.v1.Limits;
import dev.mulligan.proto.host.v1.NodeCall;
import dev.mulligan.proto.host.v1.OnFailure;
import dev.mulligan.proto.host.v1.PythonCall;
import dev.mulligan.proto.host.v1.Recording;
import dev.mulligan.proto.host.v1.Rule;
import dev.mulligan.proto.host.v1.Rulebook;
import dev.mulligan.proto.host.v1.Scope;
import dev.mulligan.proto.host.v1.ShellCall;
import dev.mulligan.proto.host.v1.TaskSpec;
import dev.mulligan.proto.host.v1.Tool;
import dev.mulligan.proto.host.v1.ToolCall;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

final class TaskMessagesTest {
    private static final TaskSpec FULL = TaskSpec.newBuilder()
            .setName("all of it")
            .setSandbox("one")
            .setOnFailure(OnFailure.KEEP)
            .setKeepSandbox(true)
            .putLabels("k", "v")
            .setScope(Scope.newBuilder()
                    .addTools(Tool.PYTHON)
                    .addTools(Tool.NODE)
                    .addTools(Tool.SHELL)
                    .addTools(Tool.FILES)
                    .setRoot(true)
                    .setExtends("reports")
                    .addFolders(Folder.newBuilder()
                            .setPath("/srv")
                            .setSandboxPath("/w")
                            .setAccess(Access.WRITE)
                            .addExcludes("*.key"))
                    .addRules(Rule.newBuilder()
                            .setWhen("tool == \"shell\"")
                            .setThen(Effect.ASK)
                            .setWhy("why"))
                    .setApply(Apply.APPLY_NEVER)
                    .setDefault(Effect.ASK)
                    .setRecord(Recording.FULL)
                    .addInherited(Rulebook.newBuilder()
                            .setOrigin("reports")
                            .addRules(Rule.newBuilder().setWhen("true").setThen(Effect.DENY))
                            .setApply(Apply.APPLY_AUTO))
                    .setLimits(Limits.newBuilder()
                            .setTime(Duration.newBuilder().setSeconds(90).setNanos(5))
                            .setMemoryBytes(512 << 20)
                            .setCpuMillis(500)
                            .setOutputBytes(4096)
                            .setProcesses(7)
                            .setDiskBytes(2L << 30)))
            .setParentTaskId("parent")
            .setThread("tidy")
            .addCalls(ToolCall.newBuilder()
                    .setRoot(true)
                    .setTime(Duration.newBuilder().setSeconds(1))
                    .setPython(PythonCall.newBuilder()
                            .setCode("print(1)")
                            .addArguments("a")
                            .setSession("mine")))
            .addCalls(ToolCall.newBuilder()
                    .setNode(NodeCall.newBuilder().setCode("1").setSession("default")))
            .addCalls(ToolCall.newBuilder().setShell(ShellCall.newBuilder().setCommand("ls")))
            .addCalls(ToolCall.newBuilder()
                    .setShell(ShellCall.newBuilder()
                            .setArguments(ShellCall.Arguments.newBuilder().addValues("ls"))))
            .addCalls(files(FilesCall.newBuilder().setRead("/r")))
            .addCalls(files(FilesCall.newBuilder()
                    .setWrite(
                            FilesCall.Write.newBuilder().setPath("/w").setContent(ByteString.copyFromUtf8("content")))))
            .addCalls(files(FilesCall.newBuilder().setList("/l")))
            .addCalls(files(FilesCall.newBuilder()
                    .setMove(FilesCall.Move.newBuilder().setSource("/s").setTarget("/t"))))
            .addCalls(files(FilesCall.newBuilder()
                    .setRemove(FilesCall.Remove.newBuilder().setPath("/d").setRecursive(true))))
            .addCalls(files(FilesCall.newBuilder().setMakeDirectory("/m")))
            .build();

    @Test
    void aTaskComesBackAsItWent() {
        Task task = new Task(
                new TaskId("t"),
                TaskMessages.spec(FULL),
                Actor.HOST,
                TaskState.QUEUED,
                Optional.empty(),
                Optional.empty(),
                Instant.EPOCH,
                Optional.empty(),
                Optional.empty(),
                List.of(),
                "",
                false);

        assertThat(TaskMessages.message(task).getSpec()).isEqualTo(FULL);
    }

    @Test
    void whatATaskIsHandedOnFromAndDidNotGetIsTold() {
        dev.mulligan.proto.host.v1.Task message = TaskMessages.message(new Task(
                new TaskId("t"),
                new dev.mulligan.host.task.TaskSpec(
                        "",
                        new TaskPlace.NewSandbox("base"),
                        dev.mulligan.host.scope.Scope.NOTHING,
                        dev.mulligan.host.task.OnFailure.KEEP,
                        TaskMessages.spec(FULL).calls(),
                        Map.of(),
                        false,
                        new Lineage(
                                Optional.empty(),
                                Optional.of(new ThreadName("tidy")),
                                Optional.of(new TaskId("last")),
                                List.of("root"))),
                Actor.HOST,
                TaskState.QUEUED,
                Optional.empty(),
                Optional.empty(),
                Instant.EPOCH,
                Optional.empty(),
                Optional.empty(),
                List.of(),
                "",
                false));
        assertThat(message.getSpec().getThread()).isEqualTo("tidy");
        assertThat(message.getSpec().getParentTaskId()).isEmpty();
        assertThat(message.getPreviousTaskId()).isEqualTo("last");
        assertThat(message.getWithheldList()).containsExactly("root");
    }

    static List<Arguments> complaints() {
        return List.of(
                bad(spec -> spec.setImage("base"), HostErrorCode.BAD_TASK, "image and sandbox: base, one"),
                bad(TaskSpec.Builder::clearCalls, HostErrorCode.BAD_TASK, "number of calls: 0"),
                bad(spec -> spec.setName("n".repeat(201)), HostErrorCode.BAD_TASK, "201"),
                bad(
                        spec -> spec.addCalls(ToolCall.getDefaultInstance()),
                        HostErrorCode.BAD_TASK,
                        "task.calls[10]: call without content (expected: python, node, shell or files)"),
                bad(
                        spec -> spec.setCalls(1, files(FilesCall.newBuilder().setRead("/a/../b"))),
                        HostErrorCode.BAD_PATH,
                        "task.calls[1]: "),
                bad(
                        spec -> spec.setCalls(2, ToolCall.newBuilder().setShell(ShellCall.getDefaultInstance())),
                        HostErrorCode.BAD_TASK,
                        "task.calls[2]: shell without content"),
                bad(
                        spec -> spec.setScope(Scope.newBuilder().addToolsValue(99)),
                        HostErrorCode.INVALID_ARGUMENT,
                        "scope.tools[0]"),
                bad(
                        spec -> spec.setScope(
                                Scope.newBuilder().setLimits(Limits.newBuilder().setMemoryBytes(-1))),
                        HostErrorCode.INVALID_ARGUMENT,
                        "scope.limits.memory_bytes: -1 (expected: 0 or more)"),
                bad(
                        spec -> spec.setScope(Scope.newBuilder()
                                .setLimits(Limits.newBuilder()
                                        .setTime(Duration.newBuilder()
                                                .setSeconds(1)
                                                .setNanos(-1)))),
                        HostErrorCode.INVALID_ARGUMENT,
                        "scope.limits.time"),
                bad(
                        spec -> spec.setScope(
                                Scope.newBuilder().setLimits(Limits.newBuilder().setProcesses(40_000))),
                        HostErrorCode.BAD_SCOPE,
                        "40000"),
                bad(
                        spec -> spec.setScope(Scope.newBuilder()
                                .addRules(Rule.newBuilder().setWhen("true").setThen(Effect.DENY))
                                .addRules(Rule.newBuilder().setWhen("tol == 1").setThen(Effect.DENY))),
                        HostErrorCode.BAD_SCOPE,
                        "scope.rules[1]: condition: undeclared reference to 'tol'"),
                bad(
                        spec -> spec.setScope(
                                Scope.newBuilder().addRules(Rule.newBuilder().setWhen("true"))),
                        HostErrorCode.INVALID_ARGUMENT,
                        "scope.rules[0]: then"),
                bad(
                        spec -> spec.setScope(Scope.newBuilder()
                                .addFolders(Folder.newBuilder().setPath("a").setSandboxPath("/w"))),
                        HostErrorCode.BAD_SCOPE,
                        "scope.folders[0]: path of a folder: a"),
                bad(
                        spec -> spec.setScope(Scope.newBuilder().setDefault(Effect.ALLOW)),
                        HostErrorCode.INVALID_ARGUMENT,
                        "scope.default"),
                bad(
                        spec -> spec.setScope(Scope.newBuilder().setExtends("../etc")),
                        HostErrorCode.BAD_SCOPE,
                        "name of a scope: ../etc"),
                bad(
                        spec -> spec.setScope(Scope.newBuilder().addInherited(Rulebook.getDefaultInstance())),
                        HostErrorCode.BAD_SCOPE,
                        "scope.inherited[0]: name of a scope"),
                bad(spec -> spec.setParentTaskId("a b"), HostErrorCode.INVALID_ARGUMENT, "task id: a b"),
                bad(spec -> spec.setThread("a/b"), HostErrorCode.INVALID_ARGUMENT, "name of a thread: a/b"),
                bad(spec -> spec.setOnFailureValue(9), HostErrorCode.INVALID_ARGUMENT, "task.on_failure"),
                bad(spec -> spec.putLabels("", "v"), HostErrorCode.INVALID_ARGUMENT, "task.labels"));
    }

    @ParameterizedTest
    @MethodSource("complaints")
    void complainsWithTheField(UnaryOperator<TaskSpec.Builder> change, HostErrorCode code, String message) {
        TaskSpec spec = change.apply(FULL.toBuilder()).build();

        assertThatExceptionOfType(HostException.class)
                .isThrownBy(() -> TaskMessages.spec(spec))
                .withMessageContaining(message)
                .satisfies(bad -> assertThat(bad.code()).isEqualTo(code));
    }

    private static Arguments bad(UnaryOperator<TaskSpec.Builder> change, HostErrorCode code, String message) {
        return Arguments.of(change, code, message);
    }

    private static ToolCall files(FilesCall.Builder files) {
        return ToolCall.newBuilder().setFiles(files).build();
    }
}
