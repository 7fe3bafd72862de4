package dev.mulligan.host.scope;

import dev.mulligan.vm.DataSize;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What one tool call may use, every default filled in. Ranges and units as in {@link Limits}.
 *
 * @param disk of the sandbox; empty: whatever it has
 * @param patience empty: {@link Limits#DEFAULT_PATIENCE} for calls, and for changes longer
 */
public record ResolvedLimits(
        Duration time,
        DataSize memory,
        int cpuMillis,
        DataSize output,
        int processes,
        Optional<DataSize> disk,
        Optional<Duration> patience) {
    public ResolvedLimits {
        Ranges.requireTime(time);
        Ranges.requireMemory(memory);
        Ranges.requireCpuMillis(cpuMillis);
        Ranges.requireOutput(output);
        Ranges.requireProcesses(processes);
        disk.ifPresent(Ranges::requireDisk);
        patience.ifPresent(Ranges::requirePatience);
    }

    /** Of what a call uses, only. */
    public ResolvedLimits(Duration time, DataSize memory, int cpuMillis, DataSize output, int processes) {
        this(time, memory, cpuMillis, output, processes, Optional.empty(), Optional.empty());
    }

    /** This time, and all else as it is. */
    ResolvedLimits within(Duration least) {
        return new ResolvedLimits(least, memory, cpuMillis, output, processes, disk, patience);
    }

    /** As a person might have asked for it. */
    Limits asked() {
        return new Limits(
                Optional.of(time),
                Optional.of(memory),
                OptionalInt.of(cpuMillis),
                Optional.of(output),
                OptionalInt.of(processes),
                disk,
                patience);
    }

    /** The smaller of each. */
    ResolvedLimits narrow(ResolvedLimits other) {
        return new ResolvedLimits(
                smaller(time, other.time),
                smaller(memory, other.memory),
                Math.min(cpuMillis, other.cpuMillis),
                smaller(output, other.output),
                Math.min(processes, other.processes),
                disk.map(mine -> other.disk.map(theirs -> smaller(mine, theirs)).orElse(mine))
                        .or(other::disk),
                narrowPatience(other));
    }

    /** Of one that is given and one that is not: not more than either is for calls, which have less. */
    private Optional<Duration> narrowPatience(ResolvedLimits other) {
        return patience.isEmpty() && other.patience.isEmpty()
                ? Optional.empty()
                : Optional.of(smaller(
                        patience.orElse(Limits.DEFAULT_PATIENCE), other.patience.orElse(Limits.DEFAULT_PATIENCE)));
    }

    private static <T extends Comparable<? super T>> T smaller(T left, T right) {
        return left.compareTo(right) <= 0 ? left : right;
    }
}
