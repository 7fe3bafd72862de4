package dev.mulligan.host.cli;

import dev.mulligan.host.cli.terminal.Printable;
import java.io.PrintStream;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** Tells people, or programs, what went wrong. */
final class Errors {
    private final Invocation invocation;

    Errors(Invocation invocation) {
        this.invocation = invocation;
    }

    /** What was typed is wrong. */
    int usage(ParameterException wrong, String[] arguments) {
        CommandLine command = wrong.getCommandLine();
        if (invocation.json()) {
            show(new Failure(ExitCode.USAGE, "USAGE", message(wrong), "", "", ""));
            return ExitCode.USAGE.number();
        }
        if (isIncomplete(wrong)) {
            command.usage(command.getErr());
            return ExitCode.USAGE.number();
        }
        errors().println(prefix() + Printable.of(message(wrong)));
        UnmatchedArgumentException.printSuggestions(wrong, command.getErr());
        errors().println("See '" + command.getCommandSpec().qualifiedName() + " --help'.");
        errors().flush();
        return ExitCode.USAGE.number();
    }

    /** The command failed. */
    int execution(Exception thrown, CommandLine command, ParseResult parsed) {
        return failed(thrown);
    }

    /** The same; returns the exit code. */
    int failed(Exception thrown) {
        Failure failure = Failure.of(thrown);
        show(failure);
        if (invocation.debug()) {
            thrown.printStackTrace(errors());
        } else if (failure.reason().equals("INTERNAL")) {
            errors().println("This is a defect of Mulligan; --debug shows where.");
        }
        errors().flush();
        return failure.exitCode().number();
    }

    /** Shows a failure without ending the command. */
    void show(Failure failure) {
        if (invocation.json()) {
            Map<String, Object> fields = new LinkedHashMap<>();
            fields.put("error", failure.reason());
            fields.put("message", failure.message());
            fields.put("value", failure.value());
            fields.put("expected", failure.expected());
            fields.put("remedy", failure.remedy());
            fields.put("exitCode", failure.exitCode().number());
            errors().println(Json.object(fields));
        } else {
            errors().println(prefix() + Printable.ofLines(failure.message()));
        }
        errors().flush();
    }

    /** A group of commands was named and no command: picocli has no type of its own for that. */
    private static boolean isIncomplete(ParameterException wrong) {
        return message(wrong).startsWith("Missing required subcommand");
    }

    private static String message(ParameterException wrong) {
        String message = wrong.getMessage();
        return message == null ? "wrong usage" : message;
    }

    private String prefix() {
        return invocation.colours().bad("mulligan:") + " ";
    }

    private PrintStream errors() {
        return invocation.console().errors();
    }
}
