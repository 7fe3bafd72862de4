package dev.mulligan.host.task;

import dev.mulligan.host.scope.Tool;
import dev.mulligan.vm.CheckpointId;
import java.time.Duration;
import java.util.Optional;

/**
 * How one call ended.
 *
 * @param index of the call in its task, from 0
 * @param exitCode of the program; 0 where none ran
 * @param message for people: the rule's name, the error; empty if all went well
 * @param outputBytes all that it printed, kept or not
 * @param checkpoint the disk checkpoint taken before it; empty if it can't write
 * @param value of its last expression as text, the beginning of it; empty if there is none
 */
public record CallResult(
        int index,
        Tool tool,
        Outcome outcome,
        int exitCode,
        String message,
        Duration duration,
        long outputBytes,
        Optional<CheckpointId> checkpoint,
        String value) {
    /** Characters of a value that are kept with the result. */
    static final int LONGEST_VALUE = 4096;

    /** See {@code mulligan.host.v1.CallResult.Outcome}. */
    public enum Outcome {
        OK,
        /** Exit code not zero, or a file operation that failed. */
        ERROR,
        DENIED,
        TIME_LIMIT,
        MEMORY_LIMIT,
        OUTPUT_LIMIT,
        CANCELLED,
        INTERRUPTED
    }
}
