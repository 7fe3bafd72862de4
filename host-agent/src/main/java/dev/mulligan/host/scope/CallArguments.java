package dev.mulligan.host.scope;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * The arguments of a call as rules see them, and as people are shown them.
 *
 * @param message the rules' variable {@code args}
 */
public record CallArguments(dev.mulligan.proto.rule.v1.CallArguments message) {
    /** Of a call about which only its tool is known. */
    public static final CallArguments NONE =
            new CallArguments(dev.mulligan.proto.rule.v1.CallArguments.getDefaultInstance());

    /** What a call of the tool files can be. */
    static final List<String> OPERATIONS = List.of("read", "write", "list", "move", "remove", "make_directory");

    /** A line for the shell. */
    public static CallArguments line(String command) {
        return new CallArguments(builder().setCommand(command).build());
    }

    /** A program without a shell; a rule about commands sees it like a line. */
    public static CallArguments program(List<String> words) {
        return new CallArguments(builder()
                .setCommand(String.join(" ", words))
                .addAllArguments(words)
                .build());
    }

    /** Source for an interpreter. */
    public static CallArguments code(String code, List<String> arguments, String session) {
        return new CallArguments(builder()
                .setCode(code)
                .addAllArguments(arguments)
                .setSession(session)
                .build());
    }

    public static CallArguments read(String path) {
        return files("read", path);
    }

    public static CallArguments write(String path, byte[] content) {
        return new CallArguments(builder()
                .setOperation("write")
                .setPath(path)
                .setContent(new String(content, StandardCharsets.UTF_8))
                .build());
    }

    public static CallArguments list(String path) {
        return files("list", path);
    }

    public static CallArguments move(String path, String target) {
        return new CallArguments(
                builder().setOperation("move").setPath(path).setTarget(target).build());
    }

    public static CallArguments remove(String path, boolean recursive) {
        return new CallArguments(builder()
                .setOperation("remove")
                .setPath(path)
                .setRecursive(recursive)
                .build());
    }

    public static CallArguments makeDirectory(String path) {
        return files("make_directory", path);
    }

    private static CallArguments files(String operation, String path) {
        return new CallArguments(builder().setOperation(operation).setPath(path).build());
    }

    private static dev.mulligan.proto.rule.v1.CallArguments.Builder builder() {
        return dev.mulligan.proto.rule.v1.CallArguments.newBuilder();
    }

    /** One line of JSON with what is there. */
    public String toJson() {
        try {
            return JsonFormat.printer()
                    .omittingInsignificantWhitespace()
                    .preservingProtoFieldNames()
                    .print(message);
        } catch (InvalidProtocolBufferException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
