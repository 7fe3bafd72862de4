package dev.mulligan.host.cli;

import dev.mulligan.host.HostDirectories;
import dev.mulligan.host.cli.Invocation.Surroundings;
import dev.mulligan.host.cli.client.HostLauncher;
import dev.mulligan.host.cli.terminal.Console;
import dev.mulligan.host.cli.terminal.SignalInterrupts;
import io.grpc.StatusException;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;

/** The door of the command line: reads arguments, runs one command, returns its exit code. */
public final class MulliganCommand {
    private static final Duration START = Duration.ofSeconds(60);

    /** Asked often, by people and by scripts, and nothing in them to parse: picocli would take longer than the answer. */
    private static final Set<List<String>> VERSION = Set.of(List.of("--version"), List.of("-V"));

    private static final List<String> STATUS = List.of("status");

    private final Surroundings surroundings;

    MulliganCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    /** The command line of this process. */
    public static MulliganCommand ofProcess() {
        Map<String, String> environment = System.getenv();
        HostDirectories state = HostDirectories.of(
                environment, System.getProperty("user.name").equals("root"), Path.of(System.getProperty("user.home")));
        return new MulliganCommand(new Surroundings(
                Console.ofProcess(environment),
                environment,
                state,
                new HostLauncher(state, HostLauncher.daemonCommand(), START),
                new SignalInterrupts()));
    }

    /**
     * Runs one command.
     *
     * @return the exit code, as {@code mulligan help exit-codes} lists them
     */
    public int run(String... arguments) {
        GlobalOptions options = new GlobalOptions();
        try (Invocation invocation = new Invocation(surroundings, options)) {
            if (VERSION.contains(List.of(arguments))) {
                invocation.printLine(Version.text());
                return ExitCode.OK.number();
            }
            if (STATUS.equals(List.of(arguments))) {
                return status(invocation);
            }
            return commandLine(invocation, options, arguments).execute(arguments);
        }
    }

    private static int status(Invocation invocation) {
        try {
            return new StatusCommand(invocation).call();
        } catch (StatusException | InterruptedException | IOException | RuntimeException failed) {
            return new Errors(invocation).failed(failed);
        }
    }

    private CommandLine commandLine(Invocation invocation, GlobalOptions options, String... arguments) {
        Console console = surroundings.console();
        Errors errors = new Errors(invocation);
        return new CommandTree(invocation, options)
                .build(arguments)
                .setColorScheme(CommandLine.Help.defaultColorScheme(console.colours() ? Ansi.ON : Ansi.OFF))
                .setOut(writer(console.output()))
                .setErr(writer(console.errors()))
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setUsageHelpWidth(100)
                .setParameterExceptionHandler(errors::usage)
                .setExecutionExceptionHandler(errors::execution);
    }

    private static PrintWriter writer(PrintStream stream) {
        return new PrintWriter(stream, true, StandardCharsets.UTF_8);
    }
}
