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

    private final Map<String, Branch> branches = new LinkedHashMap<>();
    private final GlobalOptions options;

    CommandTree(Invocation invocation, GlobalOptions options) {
        this.options = options;
        branch("doctor", () -> new DoctorCommand(invocation));
        branch("up", () -> new UpCommand(invocation));
        branch("down", () -> new DownCommand(invocation));
        branch("status", () -> new StatusCommand(invocation));
        branch("image", ImageCommand::new)
                .with("build", () -> new ImageBuildCommand(invocation))
                .with("list", () -> new ImageListCommand(invocation))
                .with("show", () -> new ImageShowCommand(invocation))
                .with("rm", () -> new ImageRemoveCommand(invocation));
        branch("template", TemplateCommand::new)
                .with("prepare", () -> new TemplatePrepareCommand(invocation))
                .with("list", () -> new TemplateListCommand(invocation))
                .with("keep", () -> new TemplateKeepCommand(invocation))
                .with("rm", () -> new TemplateRemoveCommand(invocation));
        branch("task", TaskCommand::new)
                .with("run", () -> new TaskRunCommand(invocation))
                .with("list", () -> new TaskListCommand(invocation))
                .with("show", () -> new TaskShowCommand(invocation))
                .with("watch", () -> new TaskWatchCommand(invocation))
                .with("cancel", () -> new TaskCancelCommand(invocation));
        branch("changes", () -> new ChangesCommand(invocation));
        branch("apply", () -> new ApplyCommand(invocation));
        branch("reject", () -> new RejectCommand(invocation));
        branch("undo", () -> new UndoCommand(invocation));
        branch("approvals", () -> new ApprovalsCommand(invocation))
                .with("list", () -> new ApprovalListCommand(invocation))
                .with("show", () -> new ApprovalShowCommand(invocation))
                .with("allow", () -> new ApprovalAllowCommand(invocation))
                .with("deny", () -> new ApprovalDenyCommand(invocation));
        branch("scope", ScopeCommand::new)
                .with("check", () -> new ScopeCheckCommand(invocation))
                .with("explain", () -> new ScopeExplainCommand(invocation))
                .with("list", () -> new ScopeListCommand(invocation))
                .with("schema", () -> new ScopeSchemaCommand(invocation));
        branch("try", () -> new TryCommand(invocation));
        branch("sandbox", SandboxCommand::new)
                .with("create", () -> new SandboxCreateCommand(invocation))
                .with("list", () -> new SandboxListCommand(invocation))
                .with("show", () -> new SandboxShowCommand(invocation))
                .with("exec", () -> exec(invocation))
                .with("run", () -> new SandboxRunCommand(invocation))
                .with("shell", () -> new SandboxShellCommand(invocation))
                .with("cp", () -> new SandboxCopyCommand(invocation))
                .with("pause", () -> new SandboxPauseCommand(invocation))
                .with("resume", () -> new SandboxResumeCommand(invocation))
                .with("pick", () -> new SandboxPickCommand(invocation))
                .with("rm", () -> new SandboxRemoveCommand(invocation));
        branch("fork", () -> new ForkCommand(invocation));
        branch("checkpoint", CheckpointCommand::new)
                .with("create", () -> new CheckpointCreateCommand(invocation))
                .with("list", () -> new CheckpointListCommand(invocation))
                .with("rm", () -> new CheckpointRemoveCommand(invocation));
        branch("rollback", () -> new RollbackCommand(invocation));
        branch("audit", AuditCommand::new)
                .with("show", () -> new AuditShowCommand(invocation))
                .with("verify", () -> new AuditVerifyCommand(invocation))
                .with("export", () -> new AuditExportCommand(invocation))
                .with("key", () -> new AuditKeyCommand(invocation))
                .with("rotate", () -> new AuditRotateCommand(invocation));
        branch("bench", () -> new BenchCommand(invocation));
        branch("demo", () -> new DemoCommand(invocation));
        branch("completion", () -> new CompletionCommand(invocation));
        branch("help", () -> new HelpCommand(invocation));
    }

    /**
     * For these arguments: where they begin with a command's name, it is the only one that is made, and of a group's
     * commands only the one that is named next; for describing all of them to picocli takes longer than most commands
     * do.
     */
    CommandLine build(String... arguments) {
        CommandLine root = line(new RootCommand(options));
        String first = arguments.length == 0 ? "" : arguments[0];
        String second = arguments.length < 2 ? "" : arguments[1];
        if (branches.containsKey(first) && !WHOLE.contains(first)) {
            root.addSubcommand(first, branches.get(first).build(second));
        } else {
            branches.forEach((name, branch) -> root.addSubcommand(name, branch.build("")));
        }
        Converters.register(root);
        return root;
    }

    private Branch branch(String name, Supplier<Object> command) {
        Branch branch = new Branch(command, new LinkedHashMap<>());
        branches.put(name, branch);
        return branch;
    }

    private static CommandLine exec(Invocation invocation) {
        // Behind the sandbox's name everything belongs to the program.
        return line(new SandboxExecCommand(invocation)).setStopAtPositional(true);
    }

    /** With a factory of our own: picocli's looks for Groovy on the whole class path before it makes the first thing. */
    private static CommandLine line(Object command) {
        return command instanceof CommandLine line ? line : new CommandLine(command, new Parts());
    }

    /** A command, and if it is a group those below it; none is made before it is asked for. */
    private record Branch(Supplier<Object> command, Map<String, Supplier<Object>> below) {
        Branch with(String name, Supplier<Object> commandBelow) {
            below.put(name, commandBelow);
            return this;
        }

        CommandLine build(String named) {
            CommandLine line = line(command.get());
            Map<String, Supplier<Object>> wanted = below.containsKey(named) ? Map.of(named, below.get(named)) : below;
            wanted.forEach((name, supplier) -> line.addSubcommand(name, line(supplier.get())));
            return line;
        }
    }

    /** Makes what an annotation names by its class. */
    private static final class Parts implements CommandLine.IFactory {
        @Override
        public <K> K create(Class<K> type) throws Exception {
            return type == Version.class
                    ? type.cast(new Version())
                    : CommandLine.defaultFactory().create(type);
        }
    }
}
