package dev.mulligan.host.tool;

import dev.mulligan.host.scope.CallArguments;

/** A call's arguments as rules see them. */
final class RuleArguments {
    private RuleArguments() {}

    static CallArguments of(ToolCall call) {
        return switch (call) {
            case ToolCall.Python python ->
                CallArguments.code(
                        python.code(), python.arguments(), python.session().value());
            case ToolCall.Node node ->
                CallArguments.code(node.code(), node.arguments(), node.session().value());
            case ToolCall.Shell shell ->
                switch (shell.command()) {
                    case ShellCommand.Line line -> CallArguments.line(line.text());
                    case ShellCommand.Program program -> CallArguments.program(program.arguments());
                };
            case ToolCall.Files files ->
                switch (files.operation()) {
                    case FilesOperation.Read read ->
                        CallArguments.read(read.path().toString());
                    case FilesOperation.Write write ->
                        CallArguments.write(write.path().toString(), write.content());
                    case FilesOperation.ListDirectory list ->
                        CallArguments.list(list.path().toString());
                    case FilesOperation.Move move ->
                        CallArguments.move(
                                move.source().toString(), move.target().toString());
                    case FilesOperation.Remove remove ->
                        CallArguments.remove(remove.path().toString(), remove.recursive());
                    case FilesOperation.MakeDirectory make ->
                        CallArguments.makeDirectory(make.path().toString());
                };
        };
    }
}
