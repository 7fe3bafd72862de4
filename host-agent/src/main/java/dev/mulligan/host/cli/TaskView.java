package dev.mulligan.host.cli;

import dev.mulligan.host.cli.terminal.Facts;
import dev.mulligan.host.cli.terminal.Table;
import dev.mulligan.proto.host.v1.CallResult;
import dev.mulligan.proto.host.v1.Task;
import dev.mulligan.proto.host.v1.TaskSpec;
import dev.mulligan.proto.host.v1.Tool;
import dev.mulligan.proto.host.v1.ToolCall;
import dev.mulligan.vm.DataSize;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A task for people: everything about it, or a row among others. */
record TaskView(Task task) {
    private static final int LONGEST_VALUE = 60;

    static String table(List<Task> tasks) {
        Table table = new Table("TASK", "STATE", "CREATED", "SANDBOX", "CALLS", "NAME");
        for (Task task : tasks) {
            table.row(
                    task.getId(),
                    new TaskView(task).state(),
                    new When(task.getCreated()).toString(),
                    task.getSandboxId(),
                    task.getResultsCount() + "/" + task.getSpec().getCallsCount(),
                    task.getSpec().getName());
        }
        return table.toString();
    }

    String state() {
        return task.getState().name().toLowerCase(Locale.ROOT);
    }

    @Override
    public String toString() {
        TaskSpec spec = task.getSpec();
        Facts facts = new Facts()
                .add("task", task.getId())
                .add("name", spec.getName())
                .add("state", state())
                .add("reason", task.getReason())
                .add("image", spec.getImage())
                .add("sandbox", task.getSandboxId().isEmpty() ? spec.getSandbox() : task.getSandboxId())
                .add("before", task.getCheckpointId())
                .add("rolled back", task.getRolledBack() ? "yes" : "")
                .add("thread", spec.getThread())
                .add("handed on from", handedOnFrom())
                .add("not handed on", String.join("; ", task.getWithheldList()))
                .add(
                        "tools",
                        spec.getScope().getToolsList().stream()
                                .map(TaskView::name)
                                .collect(Collectors.joining(", ")))
                .add("root", spec.getScope().getRoot() ? "granted" : "")
                .add("labels", Labels.text(spec.getLabelsMap()))
                .add("created", new When(task.getCreated()))
                .add("started", new When(task.getStarted()))
                .add("ended", new When(task.getEnded()));
        return facts + (spec.getCallsCount() > 0 ? "\n" + calls() : "");
    }

    private String handedOnFrom() {
        return Stream.of(task.getSpec().getParentTaskId(), task.getPreviousTaskId())
                .filter(id -> !id.isEmpty())
                .distinct()
                .collect(Collectors.joining(", "));
    }

    private String calls() {
        Table table = new Table("CALL", "TOOL", "OUTCOME", "EXIT", "TIME", "OUTPUT", "CHECKPOINT", "RESULT");
        for (int index = 0; index < task.getSpec().getCallsCount(); index++) {
            if (index < task.getResultsCount()) {
                CallResult result = task.getResults(index);
                table.row(
                        Integer.toString(index + 1),
                        name(result.getTool()),
                        outcome(result.getOutcome()),
                        Integer.toString(result.getExitCode()),
                        Elapsed.of(result.getDuration()).toString(),
                        DataSize.ofBytes(Math.max(0, result.getOutputBytes())).toDisplayString(),
                        result.getCheckpointId(),
                        result.getMessage().isEmpty() ? firstLine(result.getValue()) : result.getMessage());
            } else {
                table.row(Integer.toString(index + 1), tool(task.getSpec().getCalls(index)), "", "", "", "", "", "");
            }
        }
        return table.toString();
    }

    private static String firstLine(String value) {
        String line = value.lines().findFirst().orElse("");
        return line.length() > LONGEST_VALUE ? line.substring(0, LONGEST_VALUE) + "…" : line;
    }

    static String name(Tool tool) {
        return tool.name().toLowerCase(Locale.ROOT);
    }

    static String outcome(CallResult.Outcome outcome) {
        return outcome.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    private static String tool(ToolCall call) {
        return call.getCallCase().name().toLowerCase(Locale.ROOT);
    }
}
