package dev.mulligan.host.tool;

import java.util.List;

/** Runs a command line by bash, or a program by itself. */
final class ShellTool {
    ToolResult run(ToolCall.Shell call, Workplace place) throws InterruptedException {
        List<String> arguments = switch (call.command()) {
            case ShellCommand.Line line -> List.of("bash", "-c", line.text());
            case ShellCommand.Program program -> program.arguments();
        };
        return Programs.run(arguments, call.root(), place);
    }
}
