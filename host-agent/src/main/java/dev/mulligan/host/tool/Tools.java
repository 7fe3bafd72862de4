package dev.mulligan.host.tool;

import dev.mulligan.host.guest.EvaluationSpec.Language;

/** The tools: how each call is carried out in a guest. Safe for use by several threads. */
public final class Tools {
    private final SessionTool python = new SessionTool(Language.PYTHON);
    private final SessionTool node = new SessionTool(Language.NODE);
    private final ShellTool shell = new ShellTool();
    private final FilesTool files = new FilesTool();

    /** Whether the call can change the sandbox's files: then a checkpoint comes before it. */
    public boolean canWrite(ToolCall call) {
        return switch (call) {
            case ToolCall.Python ignored -> true;
            case ToolCall.Node ignored -> true;
            case ToolCall.Shell ignored -> true;
            case ToolCall.Files(FilesOperation operation, var root, var time) ->
                switch (operation) {
                    case FilesOperation.Read ignored -> false;
                    case FilesOperation.ListDirectory ignored -> false;
                    case FilesOperation.Write ignored -> true;
                    case FilesOperation.Move ignored -> true;
                    case FilesOperation.Remove ignored -> true;
                    case FilesOperation.MakeDirectory ignored -> true;
                };
        };
    }

    /**
     * Carries out a call and waits for its end. Interrupted, it ends what runs in the guest.
     *
     * @throws dev.mulligan.host.HostException if the guest or the machine went away
     */
    public ToolResult run(ToolCall call, Workplace place) throws InterruptedException {
        return switch (call) {
            case ToolCall.Python it -> python.run(it.code(), it.arguments(), it.session(), it.root(), place);
            case ToolCall.Node it -> node.run(it.code(), it.arguments(), it.session(), it.root(), place);
            case ToolCall.Shell it -> shell.run(it, place);
            case ToolCall.Files it -> files.run(it, place);
        };
    }
}
