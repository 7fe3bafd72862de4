package dev.mulligan.host.tool;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.ByteString;
import dev.mulligan.host.guest.GuestPath;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/** A call as the journal keeps it. Bytes, paths among them, are in Base64. */
public final class CallJson {
    private CallJson() {}

    public static ObjectNode write(ToolCall call) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("root", call.root());
        call.time().ifPresent(time -> json.put("time", time.toString()));
        switch (call) {
            case ToolCall.Python python -> {
                json.put("session", python.session().value());
                program(json.put("python", python.code()), python.arguments());
            }
            case ToolCall.Node node -> {
                json.put("session", node.session().value());
                program(json.put("node", node.code()), node.arguments());
            }
            case ToolCall.Shell shell -> {
                switch (shell.command()) {
                    case ShellCommand.Line line -> json.put("shell", line.text());
                    case ShellCommand.Program program -> program(json, program.arguments());
                }
            }
            case ToolCall.Files files -> files(json, files.operation());
        }
        return json;
    }

    private static void program(ObjectNode json, List<String> arguments) {
        arguments.forEach(argument -> json.withArray("arguments").add(argument));
    }

    private static void files(ObjectNode json, FilesOperation operation) {
        switch (operation) {
            case FilesOperation.Read read -> path(json.put("files", "read"), "path", read.path());
            case FilesOperation.Write write -> {
                path(json.put("files", "write"), "path", write.path());
                json.put("content", Base64.getEncoder().encodeToString(write.content()));
            }
            case FilesOperation.ListDirectory list -> path(json.put("files", "list"), "path", list.path());
            case FilesOperation.Move move -> {
                path(json.put("files", "move"), "path", move.source());
                path(json, "target", move.target());
            }
            case FilesOperation.Remove remove ->
                path(json.put("files", "remove").put("recursive", remove.recursive()), "path", remove.path());
            case FilesOperation.MakeDirectory make -> path(json.put("files", "make_directory"), "path", make.path());
        }
    }

    private static void path(ObjectNode json, String name, GuestPath path) {
        json.put(name, Base64.getEncoder().encodeToString(path.bytes().toByteArray()));
    }

    public static ToolCall read(JsonNode json) {
        boolean root = json.path("root").asBoolean();
        Optional<Duration> time = text(json, "time").map(Duration::parse);
        List<String> arguments = new ArrayList<>();
        json.path("arguments").forEach(argument -> arguments.add(argument.asText()));
        if (json.has("python")) {
            return new ToolCall.Python(json.get("python").asText(), arguments, session(json), root, time);
        }
        if (json.has("node")) {
            return new ToolCall.Node(json.get("node").asText(), arguments, session(json), root, time);
        }
        if (json.has("files")) {
            return new ToolCall.Files(files(json), root, time);
        }
        return new ToolCall.Shell(
                json.has("shell")
                        ? new ShellCommand.Line(json.get("shell").asText())
                        : new ShellCommand.Program(arguments),
                root,
                time);
    }

    /** Calls from before there were sessions had an interpreter each. */
    private static SessionName session(JsonNode json) {
        return text(json, "session").map(SessionName::new).orElse(SessionName.NEW);
    }

    private static FilesOperation files(JsonNode json) {
        GuestPath path = path(json, "path");
        String operation = json.path("files").asText();
        return switch (operation) {
            case "read" -> new FilesOperation.Read(path);
            case "write" ->
                new FilesOperation.Write(
                        path, Base64.getDecoder().decode(json.path("content").asText()));
            case "list" -> new FilesOperation.ListDirectory(path);
            case "move" -> new FilesOperation.Move(path, path(json, "target"));
            case "remove" ->
                new FilesOperation.Remove(path, json.path("recursive").asBoolean());
            case "make_directory" -> new FilesOperation.MakeDirectory(path);
            default -> throw new IllegalStateException("the journal holds an unknown operation: " + operation);
        };
    }

    private static GuestPath path(JsonNode json, String name) {
        return GuestPath.ofBytes(
                ByteString.copyFrom(Base64.getDecoder().decode(json.path(name).asText())));
    }

    private static Optional<String> text(JsonNode json, String name) {
        return Optional.ofNullable(json.get(name)).map(JsonNode::asText);
    }
}
