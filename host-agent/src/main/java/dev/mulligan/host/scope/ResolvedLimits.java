package dev.mulligan.host.scope;

import dev.mulligan.vm.DataSize;
import java.time.Duration;

/** What one tool call may use, every default filled in. Ranges and units as in {@link Limits}. */
public record ResolvedLimits(Duration time, DataSize memory, int cpuMillis, DataSize output, int processes) {
    public ResolvedLimits {
        Ranges.requireTime(time);
        Ranges.requireMemory(memory);
        Ranges.requireCpuMillis(cpuMillis);
        Ranges.requireOutput(output);
        Ranges.requireProcesses(processes);
    }

    /** The smaller of each. */
    ResolvedLimits narrow(ResolvedLimits other) {
        return new ResolvedLimits(
                smaller(time, other.time),
                smaller(memory, other.memory),
                Math.min(cpuMillis, other.cpuMillis),
                smaller(output, other.output),
                Math.min(processes, other.processes));
    }

    private static <T extends Comparable<? super T>> T smaller(T left, T right) {
        return left.compareTo(right) <= 0 ? left : right;
    }
}
