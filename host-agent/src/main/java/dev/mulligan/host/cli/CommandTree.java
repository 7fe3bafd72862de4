package dev.mulligan.host.cli;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import picocli.CommandLine;

/** Makes every command and puts it in its place. */
final class CommandTree {
    /** These speak about all the others. */
    private static final Set<String> WHOLE = Set.of("help", "completion");

    private final Map<String, Supplier<Object>> commands = new LinkedHashMap<>();
    private final GlobalOptions options;

    CommandTree(Invocation invocation, GlobalOptions options) {
        this.options = options;
        commands.put("doctor", () -> new DoctorCommand(invocation));
        commands.put("up", () -> new UpCommand(invocation));
        commands.put("down", () -> new DownCommand(invocation));
        commands.put("status", () -> new StatusCommand(invocation));
        commands.put(
                "image",
                () -> group(
                        new ImageCommand(),
                        new ImageBuildCommand(invocation),
                        new ImageListCommand(invocation),
                        new ImageShowCommand(invocation),
                        new ImageRemoveCommand(invocation)));
        commands.put(
                "template",
                () -> group(
                        new TemplateCommand(),
                        new TemplatePrepareCommand(invocation),
                        new TemplateListCommand(invocation),
                        new TemplateKeepCommand(invocation),
                        new TemplateRemoveCommand(invocation)));
        commands.put(
                "task",
                () -> group(
                        new TaskCommand(),
                        new TaskRunCommand(invocation),
                        new TaskListCommand(invocation),
                        new TaskShowCommand(invocation),
                        new TaskWatchCommand(invocation),
                        new TaskCancelCommand(invocation)));
        commands.put("try", () -> new TryCommand(invocation));
        commands.put("sandbox", () -> sandbox(invocation));
        commands.put("fork", () -> new ForkCommand(invocation));
        commands.put(
                "checkpoint",
                () -> group(
                        new CheckpointCommand(),
                        new CheckpointCreateCommand(invocation),
                        new CheckpointListCommand(invocation),
                        new CheckpointRemoveCommand(invocation)));
        commands.put("rollback", () -> new RollbackCommand(invocation));
        commands.put(
                "audit",
                () -> group(
                        new AuditCommand(),
                        new AuditShowCommand(invocation),
                        new AuditVerifyCommand(invocation),
                        new AuditExportCommand(invocation)));
        commands.put("bench", () -> new BenchCommand(invocation));
        commands.put("demo", () -> new DemoCommand(invocation));
        commands.put("completion", () -> new CompletionCommand(invocation));
        commands.put("help", () -> new HelpCommand(invocation));
    }

    /**
     * For these arguments: where they begin with a command's name, it is the only one that is made, for describing all
     * of them to picocli takes longer than most commands do.
     */
    CommandLine build(String... arguments) {
        CommandLine root = new CommandLine(new RootCommand(options));
        String first = arguments.length == 0 ? "" : arguments[0];
        if (commands.containsKey(first) && !WHOLE.contains(first)) {
            root.addSubcommand(first, commands.get(first).get());
        } else {
            commands.forEach((name, command) -> root.addSubcommand(name, command.get()));
        }
        Converters.register(root);
        return root;
    }

    private static CommandLine sandbox(Invocation invocation) {
        CommandLine exec = new CommandLine(new SandboxExecCommand(invocation));
        // Behind the sandbox's name everything belongs to the program.
        exec.setStopAtPositional(true);
        return group(
                new SandboxCommand(),
                new SandboxCreateCommand(invocation),
                new SandboxListCommand(invocation),
                new SandboxShowCommand(invocation),
                exec,
                new SandboxShellCommand(invocation),
                new SandboxCopyCommand(invocation),
                new SandboxPauseCommand(invocation),
                new SandboxResumeCommand(invocation),
                new SandboxPickCommand(invocation),
                new SandboxRemoveCommand(invocation));
    }

    private static CommandLine group(Object group, Object... commands) {
        CommandLine line = new CommandLine(group);
        for (Object command : commands) {
            line.addSubcommand(command);
        }
        return line;
    }
}
