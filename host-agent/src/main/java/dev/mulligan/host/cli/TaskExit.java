package dev.mulligan.host.cli;

import dev.mulligan.proto.host.v1.CallResult;
import dev.mulligan.proto.host.v1.Task;

/**
 * The exit code of a command that waited for a task.
 *
 * @param program the task is one program whose exit code is passed on where it ran
 */
record TaskExit(Task task, boolean program) {
    int number() {
        return switch (task.getState()) {
            case SUCCEEDED -> ExitCode.OK.number();
            case CANCELLED -> ExitCode.INTERRUPTED.number();
            case FAILED -> failed();
            // The watch ended before the task did, which only a host agent that ends does.
            case QUEUED, RUNNING, INTERRUPTED, TASK_STATE_UNSPECIFIED, UNRECOGNIZED -> ExitCode.FAILED.number();
        };
    }

    private int failed() {
        if (task.getResultsCount() == 0) {
            return ExitCode.FAILED.number();
        }
        CallResult last = task.getResults(task.getResultsCount() - 1);
        return switch (last.getOutcome()) {
            case DENIED -> ExitCode.DENIED.number();
            case TIME_LIMIT -> ExitCode.TIME_LIMIT.number();
            case ERROR, MEMORY_LIMIT ->
                program && last.getExitCode() > 0 ? last.getExitCode() : ExitCode.FAILED.number();
            case OK, OUTPUT_LIMIT, CALL_CANCELLED, CALL_INTERRUPTED, OUTCOME_UNSPECIFIED, UNRECOGNIZED ->
                ExitCode.FAILED.number();
        };
    }
}
