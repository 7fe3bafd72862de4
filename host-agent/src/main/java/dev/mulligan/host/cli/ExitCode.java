package dev.mulligan.host.cli;

import dev.mulligan.host.HostErrorCode;

/** What a command's exit code means. The numbers are part of the contract. */
enum ExitCode {
    OK(0, "done"),
    FAILED(1, "failed: the task failed, or an error that none of the others describes"),
    USAGE(2, "wrong usage: an option, a value, or a task file that cannot be run; nothing was done"),
    NOT_FOUND(3, "a sandbox, task, image, checkpoint or file that is not there"),
    DENIED(4, "denied by the scope or by a permission"),
    NOT_READY(5, "the environment is not ready: no host agent, no libvirt, a missing program"),
    CONFLICT(6, "it exists already, is in use, or is not in a state for this"),
    TIME_LIMIT(124, "a time limit ended it"),
    INTERRUPTED(130, "interrupted by Ctrl-C, or cancelled"),
    /** Nobody returns it: it is what is left of a process that a TERM ends. */
    TERMINATED(143, "terminated: a TERM signal ended the command");

    private final int number;
    private final String meaning;

    ExitCode(int number, String meaning) {
        this.number = number;
        this.meaning = meaning;
    }

    int number() {
        return number;
    }

    String meaning() {
        return meaning;
    }

    /** For an error that Mulligan names. */
    static ExitCode of(HostErrorCode code) {
        if (code == HostErrorCode.NO_DOCKER || code == HostErrorCode.MISSING_PROGRAM) {
            return NOT_READY;
        }
        if (code == HostErrorCode.GUEST_UNREACHABLE) {
            return FAILED;
        }
        return switch (code.kind()) {
            case INVALID -> USAGE;
            case NOT_FOUND -> NOT_FOUND;
            case EXISTS, PRECONDITION -> CONFLICT;
            case DENIED, UNAUTHENTICATED -> DENIED;
            case CANCELLED -> INTERRUPTED;
            case DEADLINE -> TIME_LIMIT;
            case UNAVAILABLE -> NOT_READY;
            case ABORTED, EXHAUSTED, INTERNAL -> FAILED;
        };
    }
}
