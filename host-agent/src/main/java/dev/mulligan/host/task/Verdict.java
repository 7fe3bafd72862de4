package dev.mulligan.host.task;

import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;

/**
 * How a task is to end.
 *
 * @param reason for people; empty if it succeeded
 * @param disobedient the guest did not end a call that was stopped
 */
record Verdict(TaskState state, String reason, boolean disobedient) {
    static final Verdict SUCCEEDED = new Verdict(TaskState.SUCCEEDED, "", false);

    static Verdict of(TaskState state, String reason) {
        return new Verdict(state, reason, false);
    }

    static Verdict of(StopSignal.Reason reason) {
        return switch (reason) {
            case CANCELLED -> of(TaskState.CANCELLED, "cancelled");
            case SHUTTING_DOWN -> of(TaskState.INTERRUPTED, "the host agent was shut down");
        };
    }

    static Verdict of(HostException failure) {
        return of(machineGone(failure.code()) ? TaskState.INTERRUPTED : TaskState.FAILED, failure.getMessage());
    }

    /** The machine or its guest agent went away, or was taken away: not the task's doing, as far as one can tell. */
    static boolean machineGone(HostErrorCode code) {
        return switch (code) {
            case ROLLED_BACK, GUEST_UNREACHABLE, GUEST_MISBEHAVED, SANDBOX_BROKEN, INTERRUPTED -> true;
            default -> false;
        };
    }

    /** After a call; only for results that end the task. */
    static Verdict of(CallResult result, boolean disobedient) {
        String call = "call " + (result.index() + 1) + " (" + result.tool().label() + "): " + result.message();
        return switch (result.outcome()) {
            case OK -> SUCCEEDED;
            case CANCELLED -> new Verdict(TaskState.CANCELLED, "cancelled in " + call, disobedient);
            case INTERRUPTED -> new Verdict(TaskState.INTERRUPTED, call, disobedient);
            case ERROR, DENIED, TIME_LIMIT, MEMORY_LIMIT, OUTPUT_LIMIT ->
                new Verdict(TaskState.FAILED, call, disobedient);
        };
    }
}
