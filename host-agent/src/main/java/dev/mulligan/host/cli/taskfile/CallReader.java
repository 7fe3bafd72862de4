package dev.mulligan.host.cli.taskfile;

import com.google.protobuf.ByteString;
import dev.mulligan.host.message.DurationMessage;
import dev.mulligan.host.yaml.YamlMap;
import dev.mulligan.host.yaml.YamlValue;
import dev.mulligan.proto.host.v1.FilesCall;
import dev.mulligan.proto.host.v1.NodeCall;
import dev.mulligan.proto.host.v1.PythonCall;
import dev.mulligan.proto.host.v1.ShellCall;
import dev.mulligan.proto.host.v1.ToolCall;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Reads one of {@code calls}. */
final class CallReader {
    private static final Duration LEAST_TIME = Duration.ofSeconds(1);
    private static final Duration MOST_TIME = Duration.ofHours(24);
    private static final int MOST_ARGUMENTS = 1000;
    private static final List<String> TOOLS = List.of("python", "node", "shell", "files");
    private static final List<String> OPERATIONS = List.of("read", "write", "list", "move", "remove", "make_directory");

    private CallReader() {}

    static ToolCall read(YamlValue value) {
        YamlMap map = value.map("a mapping with one of " + String.join(", ", TOOLS));
        ToolCall.Builder call = ToolCall.newBuilder();
        map.take("root").ifPresent(root -> call.setRoot(root.truth()));
        map.take("time").ifPresent(time -> call.setTime(DurationMessage.of(time.duration(LEAST_TIME, MOST_TIME))));
        Optional<List<String>> arguments = map.take("arguments").map(CallReader::words);
        Optional<String> session = map.take("session").map(YamlValue::word);
        String tool = map.exactlyOne("tool", TOOLS);
        YamlValue what = map.require(tool);
        map.done();
        switch (tool) {
            case "python" ->
                call.setPython(PythonCall.newBuilder()
                        .setCode(what.text())
                        .addAllArguments(arguments.orElse(List.of()))
                        .setSession(session.orElse("")));
            case "node" ->
                call.setNode(NodeCall.newBuilder()
                        .setCode(what.text())
                        .addAllArguments(arguments.orElse(List.of()))
                        .setSession(session.orElse("")));
            case "shell" -> call.setShell(shell(what));
            default -> call.setFiles(files(what));
        }
        if (arguments.isPresent() && !call.hasPython() && !call.hasNode()) {
            throw map.complain("arguments", "arguments that do not belong here")
                    .value(tool)
                    .expected("them with python or node; for shell, a list: [program, argument]")
                    .build();
        }
        if (session.isPresent() && !call.hasPython() && !call.hasNode()) {
            throw map.complain("session", "a session that does not belong here")
                    .value(tool)
                    .expected("one with python or node")
                    .build();
        }
        return call.build();
    }

    private static List<String> words(YamlValue value) {
        return value.list("a list of arguments", 0, MOST_ARGUMENTS).stream()
                .map(YamlValue::word)
                .toList();
    }

    private static ShellCall shell(YamlValue value) {
        if (!value.isList()) {
            return ShellCall.newBuilder().setCommand(value.text()).build();
        }
        List<String> words = words(value);
        if (words.isEmpty()) {
            throw value.wrong("a program, then its arguments").build();
        }
        return ShellCall.newBuilder()
                .setArguments(ShellCall.Arguments.newBuilder().addAllValues(words))
                .build();
    }

    private static FilesCall files(YamlValue value) {
        YamlMap map = value.map("a mapping with one of " + String.join(", ", OPERATIONS));
        String operation = map.exactlyOne("operation", OPERATIONS);
        YamlValue what = map.require(operation);
        map.done();
        FilesCall.Builder files = FilesCall.newBuilder();
        switch (operation) {
            case "read" -> files.setRead(what.path());
            case "list" -> files.setList(what.path());
            case "make_directory" -> files.setMakeDirectory(what.path());
            case "write" -> files.setWrite(write(what.map("a mapping with path and content")));
            case "move" -> files.setMove(move(what.map("a mapping with from and to")));
            default -> files.setRemove(remove(what));
        }
        return files.build();
    }

    private static FilesCall.Write write(YamlMap map) {
        FilesCall.Write.Builder write = FilesCall.Write.newBuilder()
                .setPath(map.require("path").path())
                .setContent(ByteString.copyFromUtf8(map.require("content").word()));
        map.done();
        return write.build();
    }

    private static FilesCall.Move move(YamlMap map) {
        FilesCall.Move.Builder move = FilesCall.Move.newBuilder()
                .setSource(map.require("from").path())
                .setTarget(map.require("to").path());
        map.done();
        return move.build();
    }

    /** A path alone will do. */
    private static FilesCall.Remove remove(YamlValue value) {
        if (!value.isMap()) {
            return FilesCall.Remove.newBuilder().setPath(value.path()).build();
        }
        YamlMap map = value.map("a mapping with path and recursive");
        FilesCall.Remove.Builder remove =
                FilesCall.Remove.newBuilder().setPath(map.require("path").path());
        map.take("recursive").ifPresent(recursive -> remove.setRecursive(recursive.truth()));
        map.done();
        return remove.build();
    }
}
