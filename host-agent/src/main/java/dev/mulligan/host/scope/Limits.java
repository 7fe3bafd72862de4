package dev.mulligan.host.scope;

import dev.mulligan.vm.DataSize;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What one tool call may use, and its sandbox's disk, as a person asked for it; empty: the default in brackets. Checked when made, but for the
 * bounds that depend on the sandbox, which {@link Scope#resolve} checks. Outside a range: {@code BAD_SCOPE}.
 *
 * @param time wall-clock time, 1 s to 24 h [10 min]; enforced by the host
 * @param memory 16 MiB to the sandbox's own [the sandbox's own]; enforced by the guest's kernel
 * @param cpuMillis processor time per wall-clock time, 100 to 1,000 for each processor of the sandbox [all of them]
 * @param output what the call may print, 1 KiB to 1 GiB [64 MiB]; enforced by the host
 * @param disk of the sandbox, 16 MiB to 1 TiB [the host agent's default]; enforced by the host
 * @param patience how long a person whom a rule asks has to answer, 1 s to 7 days [24 h for calls, 7 days for changes];
 *     then the answer is no
 * @param processes processes and threads at one moment, 1 to 32,768 [256]
 */
public record Limits(
        Optional<Duration> time,
        Optional<DataSize> memory,
        OptionalInt cpuMillis,
        Optional<DataSize> output,
        OptionalInt processes,
        Optional<DataSize> disk,
        Optional<Duration> patience) {
    /** Every limit at its default. */
    public static final Limits DEFAULT =
            new Limits(Optional.empty(), Optional.empty(), OptionalInt.empty(), Optional.empty(), OptionalInt.empty());

    /** Of {@link #patience}, for a call. */
    public static final Duration DEFAULT_PATIENCE = Duration.ofHours(24);

    /** For changes: they wait where they are, and cost nothing meanwhile. */
    public static final Duration DEFAULT_PATIENCE_FOR_CHANGES = Ranges.LONGEST_PATIENCE;

    static final Duration DEFAULT_TIME = Duration.ofMinutes(10);
    static final DataSize DEFAULT_OUTPUT = DataSize.ofMebibytes(64);
    static final int DEFAULT_PROCESSES = 256;

    public Limits {
        time.ifPresent(Ranges::requireTime);
        memory.ifPresent(Ranges::requireMemory);
        cpuMillis.ifPresent(Ranges::requireCpuMillis);
        output.ifPresent(Ranges::requireOutput);
        processes.ifPresent(Ranges::requireProcesses);
        disk.ifPresent(Ranges::requireDisk);
        patience.ifPresent(Ranges::requirePatience);
    }

    /** Of what a call uses, only. */
    public Limits(
            Optional<Duration> time,
            Optional<DataSize> memory,
            OptionalInt cpuMillis,
            Optional<DataSize> output,
            OptionalInt processes) {
        this(time, memory, cpuMillis, output, processes, Optional.empty(), Optional.empty());
    }
}
