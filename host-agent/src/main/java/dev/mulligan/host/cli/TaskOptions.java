package dev.mulligan.host.cli;

import dev.mulligan.host.cli.client.HostClient;
import dev.mulligan.host.cli.client.Patience;
import dev.mulligan.host.cli.taskfile.ProgramCall;
import dev.mulligan.host.cli.taskfile.TaskFile;
import dev.mulligan.host.message.DurationMessage;
import dev.mulligan.proto.host.v1.Access;
import dev.mulligan.proto.host.v1.Folder;
import dev.mulligan.proto.host.v1.Limits;
import dev.mulligan.proto.host.v1.ListTasksRequest;
import dev.mulligan.proto.host.v1.OnFailure;
import dev.mulligan.proto.host.v1.Scope;
import dev.mulligan.proto.host.v1.TaskSpec;
import dev.mulligan.proto.host.v1.Tool;
import dev.mulligan.vm.DataSize;
import io.grpc.StatusException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;

/** What {@code task run} is told about the task: a file or a program, and what differs from it. */
final class TaskOptions {
    @Parameters(
            paramLabel = "FILE",
            arity = "0..*",
            description = "The task as YAML; - for standard input. Behind --: a program and its arguments.")
    private List<String> words = List.of();

    @Option(names = "--name", description = "A name for people.")
    private String name = "";

    @Option(names = "--sandbox", description = "Run in this sandbox (id or name), after the tasks before it.")
    private String sandbox = "";

    @Option(names = "--image", description = "Run in a new sandbox of this image. Default: base.")
    private String image = "";

    @Option(
            names = "--after",
            paramLabel = "TASK",
            description = {
                "Hand on from this task: no more is allowed than that task was (its tools, folders, limits and rules), and",
                "what the scope leaves out is as there."
            })
    private String after = "";

    @Option(
            names = "--thread",
            paramLabel = "NAME",
            description = {
                "The next task of this thread: it runs in the thread's sandbox, and no more is allowed than the thread's last",
                "task was. The first one makes the thread, and its sandbox stays."
            })
    private String thread = "";

    @Option(names = "--keep", description = "Keep the sandbox that is created for the task.")
    private boolean keep;

    @Option(
            names = "--on-failure",
            paramLabel = "rollback|keep",
            description = "What becomes of the sandbox if the task fails. Default: rollback.")
    private @Nullable FailurePolicy onFailure;

    @Option(names = "--label", paramLabel = "KEY=VALUE", description = "A label; may be given several times.")
    private Map<String, String> labels = new LinkedHashMap<>();

    @Option(
            names = "--tool",
            paramLabel = "TOOL",
            description = {
                "Grant a tool: python, node, shell, files. Only with --; default: the tool that runs it, or in what is",
                "handed on all that are handed on."
            })
    private List<Tool> tools = List.of();

    @Option(
            names = "--scope",
            paramLabel = "NAME",
            description = "Narrow this named scope of the host agent, rules and all. Only with --.")
    private String scope = "";

    @Option(
            names = "--folder",
            paramLabel = "PATH[:ro]",
            description = {
                "Show this folder as /workspace/NAME; with :ro, not to write to. What is written reaches it by",
                "'mulligan apply' only. May be given several times. Only with --."
            })
    private List<String> folders = List.of();

    @Option(names = "--root", description = "Grant root inside the sandbox, and run as root. Only with --.")
    private boolean root;

    @Option(
            names = "--memory",
            paramLabel = "SIZE",
            description = "Memory of the program, such as 512Mi. Only with --.")
    private @Nullable DataSize memory;

    @Option(names = "--time", paramLabel = "DURATION", description = "Time limit, such as 90s or 2m. Only with --.")
    private @Nullable Duration time;

    /** As the contract names them, in small letters. */
    enum FailurePolicy {
        ROLLBACK(OnFailure.ROLLBACK),
        KEEP(OnFailure.KEEP);

        private final OnFailure value;

        FailurePolicy(OnFailure value) {
            this.value = value;
        }
    }

    /** A program was given, not a file. */
    boolean isProgram(CommandSpec spec) {
        return spec.commandLine().getParseResult().originalArgs().contains("--");
    }

    TaskSpec task(CommandSpec spec, InputStream input) throws IOException {
        TaskSpec.Builder task = isProgram(spec) ? program(spec) : file(spec, input);
        if (!name.isEmpty()) {
            task.setName(name);
        }
        if (!sandbox.isEmpty() && !image.isEmpty()) {
            throw wrong(spec, "--sandbox and --image exclude each other (expected: one of them)");
        }
        if (!sandbox.isEmpty()) {
            task.clearImage().setSandbox(sandbox);
        }
        if (!image.isEmpty()) {
            task.clearSandbox().setImage(image);
        }
        if (!after.isEmpty()) {
            task.setParentTaskId(after);
        }
        if (!thread.isEmpty()) {
            task.setThread(thread);
        }
        if (keep) {
            task.setKeepSandbox(true);
        }
        if (onFailure != null) {
            task.setOnFailure(onFailure.value);
        }
        return task.putAllLabels(labels).build();
    }

    /** Grants of a program's task what is handed on to it, where nothing was said. */
    TaskSpec handedOn(CommandSpec spec, TaskSpec task, HostClient client) throws StatusException {
        boolean asIs = !isProgram(spec) || !tools.isEmpty();
        return asIs || !isHandedOn(task, client)
                ? task
                : task.toBuilder()
                        .setScope(task.getScope().toBuilder().clearTools())
                        .build();
    }

    /** The first task of a thread is not. */
    private static boolean isHandedOn(TaskSpec task, HostClient client) throws StatusException {
        return !task.getParentTaskId().isEmpty()
                || (!task.getThread().isEmpty()
                        && client.tasks(Patience.ANSWER)
                                        .list(ListTasksRequest.newBuilder()
                                                .setThread(task.getThread())
                                                .setPageSize(1)
                                                .build())
                                        .getTasksCount()
                                > 0);
    }

    private TaskSpec.Builder file(CommandSpec spec, InputStream input) throws IOException {
        if (words.size() != 1) {
            throw wrong(
                    spec,
                    words.isEmpty()
                            ? "no task (expected: a YAML file, or -- and a program)"
                            : "more than one task file: " + String.join(" ", words)
                                    + " (expected: one; put -- before a program)");
        }
        if (!tools.isEmpty() || !scope.isEmpty() || !folders.isEmpty() || root || memory != null || time != null) {
            throw wrong(
                    spec,
                    "--tool, --scope, --folder, --root, --memory and --time are for programs behind -- (a task file has a"
                            + " scope)");
        }
        String file = words.getFirst();
        return (file.equals("-") ? TaskFile.read("standard input", input) : TaskFile.read(Path.of(file))).toBuilder();
    }

    private TaskSpec.Builder program(CommandSpec spec) {
        if (words.isEmpty()) {
            throw wrong(spec, "no program behind -- (expected: a program and its arguments)");
        }
        ProgramCall program = ProgramCall.of(words);
        Limits.Builder limits = Limits.newBuilder();
        if (memory != null) {
            limits.setMemoryBytes(memory.bytes());
        }
        if (time != null) {
            limits.setTime(DurationMessage.of(time));
        }
        return TaskSpec.newBuilder()
                .setName(String.join(" ", words)
                        .substring(0, Math.min(80, String.join(" ", words).length())))
                .setScope(Scope.newBuilder()
                        .addAllTools(tools.isEmpty() ? List.of(program.tool()) : tools)
                        .setExtends(scope)
                        .addAllFolders(folders.stream().map(TaskOptions::folder).toList())
                        .setRoot(root)
                        .setLimits(limits))
                .addCalls(program.call().toBuilder().setRoot(root));
    }

    private static Folder folder(String text) {
        boolean readOnly = text.endsWith(":ro");
        Path path = Path.of(readOnly ? text.substring(0, text.length() - 3) : text)
                .toAbsolutePath()
                .normalize();
        Path name = path.getFileName();
        return Folder.newBuilder()
                .setPath(real(path).toString())
                .setSandboxPath("/workspace/" + (name == null ? "" : name))
                .setAccess(readOnly ? Access.READ : Access.WRITE)
                .build();
    }

    /** Scopes name folders as they really are; whether it is there is for the host agent to say. */
    private static Path real(Path path) {
        try {
            return path.toRealPath();
        } catch (IOException notHere) {
            return path;
        }
    }

    private static ParameterException wrong(CommandSpec spec, String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}
