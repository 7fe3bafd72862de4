package dev.mulligan.host.guest;

import java.util.List;
import java.util.Optional;

/**
 * How code that was evaluated ended.
 *
 * @param exitCode 0 to 255
 * @param results first the value of the last expression, if it has one, then what else is to be shown; 8 MiB in all
 * @param thrown what ended it, if it threw something
 * @param sessionLost the interpreter is gone, and with it all that the session held
 * @param restarted it began with a new interpreter, because that of the session had gone
 * @param message for people: why the session was lost; may be empty
 */
public record Evaluation(
        Reason reason,
        int exitCode,
        List<MimeBundle> results,
        Optional<Thrown> thrown,
        boolean sessionLost,
        boolean restarted,
        String message) {
    public Evaluation {
        results = List.copyOf(results);
    }

    /** What ended it. */
    public enum Reason {
        DONE,
        EXCEPTION,
        INTERRUPTED,
        /** The code asked for it: see the exit code. */
        EXIT,
        TIME_LIMIT,
        MEMORY_LIMIT,
        /** The interpreter ended, or was made unusable by its own code. */
        DIED
    }

    /**
     * What code threw.
     *
     * @param name of its class
     * @param traceback as the language prints it
     */
    public record Thrown(String name, String message, String traceback) {}
}
