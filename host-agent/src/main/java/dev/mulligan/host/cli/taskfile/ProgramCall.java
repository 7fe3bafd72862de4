package dev.mulligan.host.cli.taskfile;

import dev.mulligan.proto.host.v1.NodeCall;
import dev.mulligan.proto.host.v1.PythonCall;
import dev.mulligan.proto.host.v1.ShellCall;
import dev.mulligan.proto.host.v1.Tool;
import dev.mulligan.proto.host.v1.ToolCall;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What stands behind {@code --}, as a call: {@code python3 FILE …} and {@code node FILE …} with a file of this machine
 * carry its text into the sandbox, everything else is a program of the sandbox with its arguments.
 */
public record ProgramCall(Tool tool, ToolCall call) {
    private static final Set<String> PYTHON = Set.of("python", "python3");
    private static final Set<String> NODE = Set.of("node", "nodejs");
    /** A file is a program, and as a program it begins with nothing. */
    private static final String OWN_INTERPRETER = "new";

    /**
     * Chooses the tool.
     *
     * @param words at least one
     */
    public static ProgramCall of(List<String> words) {
        String program = words.getFirst();
        if (words.size() > 1 && (PYTHON.contains(program) || NODE.contains(program))) {
            Optional<String> code = code(words.get(1));
            if (code.isPresent()) {
                List<String> arguments = words.subList(2, words.size());
                return PYTHON.contains(program) ? python(code.get(), arguments) : node(code.get(), arguments);
            }
        }
        return new ProgramCall(
                Tool.SHELL,
                ToolCall.newBuilder()
                        .setShell(ShellCall.newBuilder()
                                .setArguments(ShellCall.Arguments.newBuilder().addAllValues(words)))
                        .build());
    }

    private static ProgramCall python(String code, List<String> arguments) {
        return new ProgramCall(
                Tool.PYTHON,
                ToolCall.newBuilder()
                        .setPython(PythonCall.newBuilder()
                                .setCode(code)
                                .addAllArguments(arguments)
                                .setSession(OWN_INTERPRETER))
                        .build());
    }

    private static ProgramCall node(String code, List<String> arguments) {
        return new ProgramCall(
                Tool.NODE,
                ToolCall.newBuilder()
                        .setNode(NodeCall.newBuilder()
                                .setCode(code)
                                .addAllArguments(arguments)
                                .setSession(OWN_INTERPRETER))
                        .build());
    }

    private static Optional<String> code(String name) {
        Path file = Path.of(name);
        if (name.startsWith("-") || !Files.isRegularFile(file)) {
            return Optional.empty();
        }
        return Optional.of(CodeFile.read(name));
    }
}
