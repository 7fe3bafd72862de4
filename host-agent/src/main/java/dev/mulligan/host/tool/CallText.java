package dev.mulligan.host.tool;

import dev.mulligan.host.guest.GuestPath;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** What the record tells of a call, beside its {@link CallDigest}. */
public final class CallText {
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_@%+=:,./-]+");

    private CallText() {}

    /** The paths that a call names, by the names under which the record is searched for them; empty: it names none. */
    public static Map<String, String> paths(ToolCall call) {
        return switch (call) {
            case ToolCall.Files files ->
                switch (files.operation()) {
                    case FilesOperation.Read read -> path(read.path());
                    case FilesOperation.Write write -> path(write.path());
                    case FilesOperation.ListDirectory list -> path(list.path());
                    case FilesOperation.Move move ->
                        Map.of(
                                "source", move.source().toString(),
                                "target", move.target().toString());
                    case FilesOperation.Remove remove -> path(remove.path());
                    case FilesOperation.MakeDirectory make -> path(make.path());
                };
            case ToolCall.Python _, ToolCall.Node _, ToolCall.Shell _ -> Map.of();
        };
    }

    private static Map<String, String> path(GuestPath path) {
        return Map.of("path", path.toString());
    }

    /** The arguments as a person would type them, for a record that is to hold them. Content is read as UTF-8. */
    public static String arguments(ToolCall call) {
        return switch (call) {
            case ToolCall.Python python -> program(python.code(), python.arguments());
            case ToolCall.Node node -> program(node.code(), node.arguments());
            case ToolCall.Shell shell ->
                switch (shell.command()) {
                    case ShellCommand.Line line -> line.text();
                    case ShellCommand.Program program -> words(program.arguments());
                };
            case ToolCall.Files files ->
                switch (files.operation()) {
                    case FilesOperation.Read read -> "read " + word(read.path());
                    case FilesOperation.Write write ->
                        "write " + word(write.path()) + "\n" + new String(write.content(), StandardCharsets.UTF_8);
                    case FilesOperation.ListDirectory list -> "list " + word(list.path());
                    case FilesOperation.Move move -> "move " + word(move.source()) + " " + word(move.target());
                    case FilesOperation.Remove remove ->
                        (remove.recursive() ? "remove all " : "remove ") + word(remove.path());
                    case FilesOperation.MakeDirectory make -> "make directory " + word(make.path());
                };
        };
    }

    private static String program(String code, List<String> arguments) {
        return arguments.isEmpty() ? code : code + "\narguments: " + words(arguments);
    }

    private static String words(List<String> words) {
        return words.stream().map(CallText::word).collect(Collectors.joining(" "));
    }

    private static String word(GuestPath path) {
        return word(path.toString());
    }

    private static String word(String word) {
        return PLAIN.matcher(word).matches() ? word : "'" + word.replace("'", "'\\''") + "'";
    }
}
