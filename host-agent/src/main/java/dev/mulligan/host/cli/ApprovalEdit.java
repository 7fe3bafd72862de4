package dev.mulligan.host.cli;

import dev.mulligan.host.cli.client.HostClient;
import dev.mulligan.host.cli.client.Patience;
import dev.mulligan.proto.host.v1.Approval;
import dev.mulligan.proto.host.v1.DecideApprovalRequest;
import dev.mulligan.proto.host.v1.GetTaskRequest;
import dev.mulligan.proto.host.v1.ToolCall;
import io.grpc.StatusException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Lets a person change the text of a call, a command line or a program, in their editor. */
record ApprovalEdit(Invocation invocation, HostClient client) {
    /** Empty: it was left as it was, or has no one text. */
    Optional<DecideApprovalRequest.Builder> edit(Approval approval)
            throws StatusException, IOException, InterruptedException {
        ToolCall call = client.tasks(Patience.ANSWER)
                .get(GetTaskRequest.newBuilder().setTaskId(approval.getTaskId()).build())
                .getTask()
                .getSpec()
                .getCalls(approval.getCall());
        Optional<String> text = text(call);
        if (text.isEmpty()) {
            invocation.printLine(
                    "this call has no one text to edit: mulligan approvals allow " + approval.getId() + " --edit FILE");
            return Optional.empty();
        }
        String edited = inEditor(text.get());
        if (edited.isBlank() || edited.equals(text.get())) {
            invocation.printLine("nothing was changed");
            return Optional.empty();
        }
        return Optional.of(DecideApprovalRequest.newBuilder().setEdited(with(call, edited)));
    }

    private static Optional<String> text(ToolCall call) {
        return switch (call.getCallCase()) {
            case PYTHON -> Optional.of(call.getPython().getCode());
            case NODE -> Optional.of(call.getNode().getCode());
            case SHELL ->
                call.getShell().hasCommand() ? Optional.of(call.getShell().getCommand()) : Optional.empty();
            case FILES, CALL_NOT_SET -> Optional.empty();
        };
    }

    private static ToolCall with(ToolCall call, String text) {
        ToolCall.Builder edited = call.toBuilder();
        switch (call.getCallCase()) {
            case PYTHON -> edited.getPythonBuilder().setCode(text);
            case NODE -> edited.getNodeBuilder().setCode(text);
            case SHELL, FILES, CALL_NOT_SET -> edited.getShellBuilder().setCommand(text.stripTrailing());
        }
        return edited.build();
    }

    private String inEditor(String text) throws IOException, InterruptedException {
        Path file = Files.createTempFile("mulligan-call", ".txt");
        try {
            Files.writeString(file, text);
            Map<String, String> environment = invocation.environment();
            String editor = environment.getOrDefault("VISUAL", environment.getOrDefault("EDITOR", "vi"));
            // As git does: the variable may hold arguments.
            Process process = new ProcessBuilder(List.of("sh", "-c", editor + " \"$1\"", "sh", file.toString()))
                    .inheritIO()
                    .start();
            return process.waitFor() == 0 ? Files.readString(file) : text;
        } finally {
            Files.delete(file);
        }
    }
}
