package dev.mulligan.guest.process;

import dev.mulligan.guest.failure.GuestException;
import dev.mulligan.proto.guest.v1.ProcessLimits;
import java.time.Duration;

/**
 * What a process tree may use. Zero: only what the guest itself limits.
 *
 * @param time wall clock
 * @param memoryBytes page cache included
 * @param cpuMillis thousandths of a processor
 * @param processes processes and threads at one moment
 */
record ResourceLimits(Duration time, long memoryBytes, int cpuMillis, int processes) {
    static final ResourceLimits NONE = new ResourceLimits(Duration.ZERO, 0, 0, 0);

    ResourceLimits {
        notNegative("limits.time", time.toMillis());
        notNegative("limits.memory_bytes", memoryBytes);
        notNegative("limits.cpu_millis", cpuMillis);
        notNegative("limits.processes", processes);
    }

    static ResourceLimits of(ProcessLimits limits) {
        return new ResourceLimits(
                Duration.ofSeconds(
                        limits.getTime().getSeconds(), limits.getTime().getNanos()),
                limits.getMemoryBytes(),
                limits.getCpuMillis(),
                limits.getProcesses());
    }

    private static void notNegative(String what, long value) {
        if (value < 0) {
            throw GuestException.invalid(what, value, ">= 0; 0 for no limit");
        }
    }
}
