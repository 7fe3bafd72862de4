package dev.mulligan.host.guest;

import dev.mulligan.host.guest.ProcessSpec.ProcessLimits;
import java.util.List;
import java.util.Map;

/**
 * Code to evaluate in a session of a guest.
 *
 * @param session its name; empty: a fresh interpreter, for this call only
 * @param user {@code agent} or {@code root}
 * @param environment set before the code runs; stays set in the session
 * @param limits of this call
 */
public record EvaluationSpec(
        Language language,
        String session,
        String user,
        String code,
        List<String> arguments,
        Map<String, String> environment,
        ProcessLimits limits) {
    public EvaluationSpec {
        arguments = List.copyOf(arguments);
        environment = Map.copyOf(environment);
    }

    /** The languages that have sessions. */
    public enum Language {
        PYTHON,
        NODE
    }
}
