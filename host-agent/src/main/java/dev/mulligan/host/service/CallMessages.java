package dev.mulligan.host.service;

import com.google.protobuf.ByteString;
import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import dev.mulligan.host.guest.GuestPath;
import dev.mulligan.host.message.DurationMessage;
import dev.mulligan.host.tool.FilesOperation;
import dev.mulligan.host.tool.SessionName;
import dev.mulligan.host.tool.ShellCommand;
import dev.mulligan.host.tool.ToolCall;
import dev.mulligan.proto.host.v1.FilesCall;
import dev.mulligan.proto.host.v1.NodeCall;
import dev.mulligan.proto.host.v1.PythonCall;
import dev.mulligan.proto.host.v1.ShellCall;
import java.time.Duration;
import java.util.Optional;

/** Tool calls: messages and values. */
final class CallMessages {
    private CallMessages() {}

    static ToolCall call(dev.mulligan.proto.host.v1.ToolCall message) {
        boolean root = message.getRoot();
        Optional<Duration> time =
                message.hasTime() ? Optional.of(Times.duration("time", message.getTime())) : Optional.empty();
        return switch (message.getCallCase()) {
            case PYTHON -> python(message.getPython(), root, time);
            case NODE -> node(message.getNode(), root, time);
            case SHELL -> new ToolCall.Shell(command(message.getShell()), root, time);
            case FILES -> new ToolCall.Files(operation(message.getFiles()), root, time);
            case CALL_NOT_SET -> throw bad("call", "python, node, shell or files");
        };
    }

    static ToolCall.Python python(PythonCall message, boolean root, Optional<Duration> time) {
        return new ToolCall.Python(
                message.getCode(), message.getArgumentsList(), SessionName.of(message.getSession()), root, time);
    }

    static ToolCall.Node node(NodeCall message, boolean root, Optional<Duration> time) {
        return new ToolCall.Node(
                message.getCode(), message.getArgumentsList(), SessionName.of(message.getSession()), root, time);
    }

    static dev.mulligan.proto.host.v1.ToolCall message(ToolCall call) {
        dev.mulligan.proto.host.v1.ToolCall.Builder message =
                dev.mulligan.proto.host.v1.ToolCall.newBuilder().setRoot(call.root());
        call.time().map(DurationMessage::of).ifPresent(message::setTime);
        switch (call) {
            case ToolCall.Python python ->
                message.setPython(PythonCall.newBuilder()
                        .setCode(python.code())
                        .addAllArguments(python.arguments())
                        .setSession(python.session().value()));
            case ToolCall.Node node ->
                message.setNode(NodeCall.newBuilder()
                        .setCode(node.code())
                        .addAllArguments(node.arguments())
                        .setSession(node.session().value()));
            case ToolCall.Shell shell -> message.setShell(message(shell.command()));
            case ToolCall.Files files -> message.setFiles(message(files.operation()));
        }
        return message.build();
    }

    private static ShellCommand command(ShellCall message) {
        return switch (message.getWhatCase()) {
            case COMMAND -> new ShellCommand.Line(message.getCommand());
            case ARGUMENTS -> new ShellCommand.Program(message.getArguments().getValuesList());
            case WHAT_NOT_SET -> throw bad("shell", "command or arguments");
        };
    }

    private static ShellCall message(ShellCommand command) {
        return switch (command) {
            case ShellCommand.Line line ->
                ShellCall.newBuilder().setCommand(line.text()).build();
            case ShellCommand.Program program ->
                ShellCall.newBuilder()
                        .setArguments(ShellCall.Arguments.newBuilder().addAllValues(program.arguments()))
                        .build();
        };
    }

    private static FilesOperation operation(FilesCall message) {
        return switch (message.getOperationCase()) {
            case READ -> new FilesOperation.Read(GuestPath.of(message.getRead()));
            case WRITE ->
                new FilesOperation.Write(
                        GuestPath.of(message.getWrite().getPath()),
                        message.getWrite().getContent().toByteArray());
            case LIST -> new FilesOperation.ListDirectory(GuestPath.of(message.getList()));
            case MOVE ->
                new FilesOperation.Move(
                        GuestPath.of(message.getMove().getSource()),
                        GuestPath.of(message.getMove().getTarget()));
            case REMOVE ->
                new FilesOperation.Remove(
                        GuestPath.of(message.getRemove().getPath()),
                        message.getRemove().getRecursive());
            case MAKE_DIRECTORY -> new FilesOperation.MakeDirectory(GuestPath.of(message.getMakeDirectory()));
            case OPERATION_NOT_SET -> throw bad("files", "read, write, list, move, remove or make_directory");
        };
    }

    private static FilesCall message(FilesOperation operation) {
        FilesCall.Builder message = FilesCall.newBuilder();
        switch (operation) {
            case FilesOperation.Read(GuestPath path) -> message.setRead(path.toString());
            case FilesOperation.Write write ->
                message.setWrite(FilesCall.Write.newBuilder()
                        .setPath(write.path().toString())
                        .setContent(ByteString.copyFrom(write.content())));
            case FilesOperation.ListDirectory(GuestPath path) -> message.setList(path.toString());
            case FilesOperation.Move(GuestPath source, GuestPath target) ->
                message.setMove(
                        FilesCall.Move.newBuilder().setSource(source.toString()).setTarget(target.toString()));
            case FilesOperation.Remove(GuestPath path, boolean recursive) ->
                message.setRemove(
                        FilesCall.Remove.newBuilder().setPath(path.toString()).setRecursive(recursive));
            case FilesOperation.MakeDirectory(GuestPath path) -> message.setMakeDirectory(path.toString());
        }
        return message.build();
    }

    private static HostException bad(String field, String expected) {
        return HostException.of(HostErrorCode.BAD_TASK, field + " without content")
                .expected(expected)
                .build();
    }
}
