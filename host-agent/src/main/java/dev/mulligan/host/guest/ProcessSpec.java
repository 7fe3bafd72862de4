package dev.mulligan.host.guest;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A program to run in a guest.
 *
 * @param arguments the program and its arguments; no shell is involved
 * @param workingDirectory empty: the user's home
 * @param user {@code agent} or {@code root}
 * @param terminal present: with a pseudo-terminal
 */
public record ProcessSpec(
        List<String> arguments,
        Map<String, String> environment,
        String workingDirectory,
        String user,
        Optional<Terminal> terminal,
        ProcessLimits limits) {
    public ProcessSpec {
        arguments = List.copyOf(arguments);
        environment = Map.copyOf(environment);
    }

    /** In characters. */
    public record Terminal(int columns, int rows) {}

    /**
     * What the process tree may use; empty or zero: only the machine's own bounds. The time is watched by the host;
     * the guest gets it too, to end the tree cleanly.
     */
    public record ProcessLimits(Optional<Duration> time, long memoryBytes, int cpuMillis, int processes) {
        public static final ProcessLimits NONE = new ProcessLimits(Optional.empty(), 0, 0, 0);
    }
}
