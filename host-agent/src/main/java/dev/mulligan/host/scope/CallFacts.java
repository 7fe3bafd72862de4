package dev.mulligan.host.scope;

import java.time.Duration;
import java.util.Optional;

/**
 * What a decision about one call needs to know.
 *
 * @param root the call asks to run as root inside the sandbox
 * @param time the wall-clock time that the call asks for; empty: the scope's
 * @param arguments all of them
 */
public record CallFacts(Tool tool, boolean root, Optional<Duration> time, CallArguments arguments) {
    /** Of a call whose arguments do not matter. */
    public CallFacts(Tool tool, boolean root, Optional<Duration> time) {
        this(tool, root, time, CallArguments.NONE);
    }
}
