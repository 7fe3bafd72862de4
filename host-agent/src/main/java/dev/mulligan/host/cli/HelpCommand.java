package dev.mulligan.host.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code mulligan help}. */
@Command(
        name = "help",
        description = "Describe a command, or what the exit codes mean.",
        footer = {"", "Example:", "  mulligan help task run", "  mulligan help exit-codes"})
final class HelpCommand implements Callable<Integer> {
    private static final String EXIT_CODES = "exit-codes";

    private final Invocation invocation;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Parameters(paramLabel = "COMMAND", description = "The command, or exit-codes.", arity = "0..*")
    private List<String> topic = new ArrayList<>();

    HelpCommand(Invocation invocation) {
        this.invocation = invocation;
    }

    @Override
    public Integer call() {
        if (topic.equals(List.of(EXIT_CODES))) {
            if (invocation.json()) {
                for (ExitCode code : ExitCode.values()) {
                    Map<String, Object> fields = new LinkedHashMap<>();
                    fields.put("exitCode", code.number());
                    fields.put("meaning", code.meaning());
                    invocation.printLine(Json.object(fields));
                }
            } else {
                invocation.printLine(exitCodes());
            }
            return ExitCode.OK.number();
        }
        CommandLine command = spec.root().commandLine();
        for (String name : topic) {
            CommandLine next = command.getSubcommands().get(name);
            if (next == null) {
                throw new ParameterException(
                        spec.commandLine(),
                        "no such command: " + name + " (expected: one of "
                                + String.join(", ", command.getSubcommands().keySet()) + ")");
            }
            command = next;
        }
        command.usage(command.getOut());
        return ExitCode.OK.number();
    }

    private static String exitCodes() {
        StringBuilder text = new StringBuilder();
        for (ExitCode code : ExitCode.values()) {
            text.append(String.format("%4d  %s%n", code.number(), code.meaning()));
        }
        return text
                + "\n'sandbox exec', 'sandbox run', 'sandbox shell' and 'task run -- PROGRAM' pass on the exit code of"
                + " what ran,\nwhatever it is; a program that a signal N ended has 128 + N.";
    }
}
