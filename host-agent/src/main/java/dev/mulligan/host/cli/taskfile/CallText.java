package dev.mulligan.host.cli.taskfile;

import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.scope.CallArguments;
import dev.mulligan.host.scope.CallFacts;
import dev.mulligan.host.scope.Tool;
import dev.mulligan.host.yaml.YamlDocument;
import dev.mulligan.proto.host.v1.FilesCall;
import dev.mulligan.proto.host.v1.ShellCall;
import dev.mulligan.proto.host.v1.ToolCall;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/** A call as a task file writes it, for asking what a scope says about it: {@code shell: rm -r /tmp/x}. */
public final class CallText {
    private static final String DEFAULT_SESSION = "default";

    private CallText() {}

    /** Reads a text; {@code name} stands in complaints. */
    public static CallFacts read(String name, String text) {
        return facts(CallReader.read(new YamlDocument(name, "call", HostErrorCode.BAD_TASK)
                .parse(text, "a call as in a task file, such as 'shell: ls'")));
    }

    static CallFacts facts(ToolCall call) {
        return new CallFacts(
                Tool.ofLabel(call.getCallCase().name().toLowerCase(Locale.ROOT)),
                call.getRoot(),
                call.hasTime()
                        ? Optional.of(Duration.ofSeconds(
                                call.getTime().getSeconds(), call.getTime().getNanos()))
                        : Optional.empty(),
                switch (call.getCallCase()) {
                    case PYTHON ->
                        CallArguments.code(
                                call.getPython().getCode(),
                                call.getPython().getArgumentsList(),
                                session(call.getPython().getSession()));
                    case NODE ->
                        CallArguments.code(
                                call.getNode().getCode(),
                                call.getNode().getArgumentsList(),
                                session(call.getNode().getSession()));
                    case SHELL -> shell(call.getShell());
                    case FILES -> files(call.getFiles());
                    case CALL_NOT_SET -> CallArguments.NONE;
                });
    }

    private static String session(String name) {
        return name.isEmpty() ? DEFAULT_SESSION : name;
    }

    private static CallArguments shell(ShellCall call) {
        return call.hasCommand()
                ? CallArguments.line(call.getCommand())
                : CallArguments.program(call.getArguments().getValuesList());
    }

    private static CallArguments files(FilesCall call) {
        return switch (call.getOperationCase()) {
            case READ -> CallArguments.read(clean(call.getRead()));
            case WRITE ->
                CallArguments.write(
                        clean(call.getWrite().getPath()),
                        call.getWrite().getContent().toByteArray());
            case LIST -> CallArguments.list(clean(call.getList()));
            case MOVE ->
                CallArguments.move(
                        clean(call.getMove().getSource()), clean(call.getMove().getTarget()));
            case REMOVE ->
                CallArguments.remove(
                        clean(call.getRemove().getPath()), call.getRemove().getRecursive());
            case MAKE_DIRECTORY -> CallArguments.makeDirectory(clean(call.getMakeDirectory()));
            case OPERATION_NOT_SET -> CallArguments.NONE;
        };
    }

    /** As the host agent sees it: without doubled and trailing slashes. */
    private static String clean(String path) {
        String single = path.replaceAll("/+", "/");
        return single.length() > 1 && single.endsWith("/") ? single.substring(0, single.length() - 1) : single;
    }
}
