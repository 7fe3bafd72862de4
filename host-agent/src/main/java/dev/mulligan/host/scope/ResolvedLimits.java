package dev.mulligan.host.scope;

import dev.mulligan.vm.DataSize;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What one tool call may use, every default filled in. Ranges and units as in {@link Limits}.
 *
 * @param disk of the sandbox; empty: whatever it has
 */
public record ResolvedLimits(
        Duration time,
        DataSize memory,
        int cpuMillis,
        DataSize output,
        int processes,
        Optional<DataSize> disk,
        Duration patience) {
    public ResolvedLimits {
        Ranges.requireTime(time);
        Ranges.requireMemory(memory);
        Ranges.requireCpuMillis(cpuMillis);
        Ranges.requireOutput(output);
        Ranges.requireProcesses(processes);
        disk.ifPresent(Ranges::requireDisk);
        Ranges.requirePatience(patience);
    }

    /** Of what a call uses, only. */
    public ResolvedLimits(Duration time, DataSize memory, int cpuMillis, DataSize output, int processes) {
        this(time, memory, cpuMillis, output, processes, Optional.empty(), Limits.DEFAULT_PATIENCE);
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
                Optional.of(patience));
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
                smaller(patience, other.patience));
    }

    private static <T extends Comparable<? super T>> T smaller(T left, T right) {
        return left.compareTo(right) <= 0 ? left : right;
    }
}
