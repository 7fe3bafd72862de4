package dev.mulligan.host.cli;

import dev.mulligan.proto.host.v1.ExecStart;
import io.grpc.StatusException;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code mulligan sandbox exec}. */
@Command(
        name = "exec",
        customSynopsis = "mulligan sandbox exec [OPTION...] SANDBOX PROGRAM [ARGUMENT...]",
        description = {
            "Run a program in a sandbox and pass on its output and its exit code. Options stand before the sandbox.",
            "Ctrl-C is passed on as SIGINT; a second one kills the program.",
            "With --output json the program's output still comes as it is; only errors are JSON then."
        },
        footer = {
            "",
            "Example:",
            "  mulligan sandbox exec web uname -a",
            "  mulligan sandbox exec -i web sh -c 'cat > /tmp/copy' < file",
            "  mulligan sandbox exec -it --root web top"
        })
final class SandboxExecCommand implements Callable<Integer> {
    private final Invocation invocation;

    @Option(
            names = {"-i", "--interactive"},
            description = "Pass on standard input. Default: it has none.")
    private boolean interactive;

    @Option(
            names = {"-t", "--tty"},
            description = "On this terminal, with standard input.")
    private boolean terminal;

    @Mixin
    private ExecOptions options = new ExecOptions();

    @Parameters(index = "0", paramLabel = "SANDBOX", description = "Id or name.")
    private String sandbox = "";

    @Parameters(index = "1..*", arity = "1..*", paramLabel = "PROGRAM", description = "The program and its arguments.")
    private List<String> words = List.of();

    SandboxExecCommand(Invocation invocation) {
        this.invocation = invocation;
    }

    @Override
    public Integer call() throws StatusException, InterruptedException, IOException {
        // What stands behind the sandbox belongs to the program, but a -- right there is habit.
        List<String> program =
                words.size() > 1 && words.getFirst().equals("--") ? words.subList(1, words.size()) : words;
        ExecStart.Builder start = options.start(sandbox).addAllArguments(program);
        if (terminal) {
            return new TerminalProgram(invocation).run(invocation.host(), start);
        }
        return new GuestProgram(invocation, invocation.host()).run(start.build(), interactive);
    }
}
