package dev.mulligan.guest.session;

import dev.mulligan.guest.process.LastingProgram;
import dev.mulligan.proto.guest.v1.Evaluated;
import java.io.IOException;
import java.util.Optional;

/** From how a call ended to what is said of it. */
final class Endings {
    private static final int SIGNALLED = 128;

    private Endings() {}

    /** The driver has replied. */
    static void of(Reply reply, Optional<Interruption.Cause> interrupted, Evaluated.Builder ended) {
        Evaluated.Reason reason = switch (reply.status()) {
            case DONE -> Evaluated.Reason.DONE;
            case EXCEPTION -> Evaluated.Reason.EXCEPTION;
            case INTERRUPTED -> Evaluated.Reason.INTERRUPTED;
            case EXIT -> Evaluated.Reason.EXIT;
        };
        // Code that made something else of its interrupt was out of time all the same.
        boolean outOfTime = interrupted.filter(Interruption.Cause.TIME::equals).isPresent();
        ended.setReason(outOfTime && reason != Evaluated.Reason.DONE ? Evaluated.Reason.TIME_LIMIT : reason)
                .setExitCode(reply.exitCode())
                .addAllResults(reply.results());
        if (reason == Evaluated.Reason.EXCEPTION || reason == Evaluated.Reason.INTERRUPTED) {
            ended.setError(reply.error());
        }
    }

    /** The interpreter is gone. */
    static void lost(
            IOException how,
            LastingProgram.End end,
            Optional<Interruption.Cause> interrupted,
            Evaluated.Builder ended) {
        int exitCode = end.signal() == 0 ? end.exitCode() : SIGNALLED + end.signal();
        ended.setSessionLost(true).setExitCode(exitCode);
        if (end.exceededMemory()) {
            ended.setReason(Evaluated.Reason.MEMORY_LIMIT)
                    .setMessage("the kernel ended the session: it used more memory than it may");
        } else if (interrupted.isPresent()) {
            ended.setReason(
                            interrupted.get() == Interruption.Cause.TIME
                                    ? Evaluated.Reason.TIME_LIMIT
                                    : Evaluated.Reason.INTERRUPTED)
                    .setMessage("the session was ended: it did not stop within %d s of the interrupt"
                            .formatted(Interruption.GRACE.toSeconds()));
        } else if (how instanceof GarbledException) {
            ended.setReason(Evaluated.Reason.GARBLED).setMessage(String.valueOf(how.getMessage()));
        } else {
            ended.setReason(Evaluated.Reason.DIED)
                    .setMessage(
                            end.signal() == 0
                                    ? "the interpreter ended, exit code " + end.exitCode()
                                    : "the interpreter was ended by signal " + end.signal());
        }
    }
}
