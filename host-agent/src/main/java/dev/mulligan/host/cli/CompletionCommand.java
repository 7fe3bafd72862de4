package dev.mulligan.host.cli;

import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code mulligan completion}. */
@Command(
        name = "completion",
        description = "Print a script that completes commands and options in a shell.",
        footer = {
            "",
            "Example:",
            "  source <(mulligan completion bash)",
            "  mulligan completion zsh > ~/.mulligan-completion.zsh"
        })
final class CompletionCommand implements Callable<Integer> {
    private final Invocation invocation;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Parameters(paramLabel = "bash|zsh", description = "The shell.")
    private ShellName shell = ShellName.BASH;

    CompletionCommand(Invocation invocation) {
        this.invocation = invocation;
    }

    /** The shells for which there is a script; it is the same, for zsh can read bash's. */
    enum ShellName {
        BASH,
        ZSH
    }

    @Override
    public Integer call() {
        String script = AutoComplete.bash("mulligan", spec.root().commandLine());
        invocation.printLine(
                switch (shell) {
                    case BASH -> script;
                    case ZSH ->
                        "autoload -U +X compinit && compinit\nautoload -U +X bashcompinit && bashcompinit\n" + script;
                });
        return ExitCode.OK.number();
    }
}
