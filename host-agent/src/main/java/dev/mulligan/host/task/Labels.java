package dev.mulligan.host.task;

import dev.mulligan.host.scope.Tool;
import dev.mulligan.vm.Checkpoint;

/** What people read on a checkpoint. */
final class Labels {
    private Labels() {}

    static String beforeTask(Task task) {
        return label("before task " + name(task));
    }

    /** Calls are counted from 1 for people. */
    static String beforeCall(int index, Tool tool, Task task) {
        return label("before call " + (index + 1) + " (" + tool.label() + ") of task " + name(task));
    }

    private static String name(Task task) {
        return task.spec().name().isBlank() ? task.id().value() : task.spec().name();
    }

    private static String label(String text) {
        String printable = text.codePoints()
                .map(point -> Character.isISOControl(point) ? ' ' : point)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
        return printable.length() <= Checkpoint.MAXIMUM_LABEL
                ? printable
                : printable.substring(0, Checkpoint.MAXIMUM_LABEL - 1) + "…";
    }
}
