package dev.mulligan.host.cli;

import dev.mulligan.proto.host.v1.Task;

/** The last lines about a task: how it ended, and where to look or go back. */
record TaskFarewell(Task task) {
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("task ")
                .append(task.getId())
                .append(' ')
                .append(new TaskView(task).state())
                .append(
                        task.hasStarted() && task.hasEnded()
                                ? " in " + Elapsed.between(task.getStarted(), task.getEnded())
                                : "")
                .append(task.getReason().isEmpty() ? "" : ": " + task.getReason());
        if (task.getRolledBack()) {
            text.append("\n  its sandbox is as it was before");
        } else if (isKept() && !task.getCheckpointId().isEmpty()) {
            text.append("\n  take it back: mulligan rollback ")
                    .append(task.getSandboxId())
                    .append(" --to ")
                    .append(task.getCheckpointId());
        }
        return text.append("\n  the record:   mulligan audit show --task ")
                .append(task.getId())
                .toString();
    }

    private boolean isKept() {
        return task.getSpec().getKeepSandbox() || !task.getSpec().getSandbox().isEmpty();
    }
}
