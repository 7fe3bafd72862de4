package dev.mulligan.host.guest;

import java.time.Duration;

/**
 * How a program ended.
 *
 * @param code 0 to 255; 128 + signal where a signal ended it
 * @param cpuTime of the whole tree, as the guest says
 */
public record ProcessExit(Reason reason, int code, int signal, Duration cpuTime, long peakMemoryBytes) {
    public enum Reason {
        EXIT,
        SIGNAL,
        TIME_LIMIT,
        MEMORY_LIMIT
    }
}
