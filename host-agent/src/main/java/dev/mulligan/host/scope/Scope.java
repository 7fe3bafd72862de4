package dev.mulligan.host.scope;

import dev.mulligan.vm.DataSize;
import java.time.Duration;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/**
 * What a task may do, as a person asked for it. What it does not name is denied.
 *
 * @param tools the tools that calls may use; empty: none
 * @param root calls may ask to run as root inside the sandbox
 */
public record Scope(Set<Tool> tools, boolean root, Limits limits) {
    /** Allows nothing. */
    public static final Scope NOTHING = new Scope(Set.of(), false, Limits.DEFAULT);

    private static final Duration DEFAULT_TIME = Duration.ofMinutes(10);
    private static final DataSize DEFAULT_OUTPUT = DataSize.ofMebibytes(64);
    private static final int DEFAULT_PROCESSES = 256;

    public Scope {
        // Not Set.copyOf: its order changes from run to run, and this order is seen in records.
        EnumSet<Tool> ordered = EnumSet.noneOf(Tool.class);
        ordered.addAll(tools);
        tools = Collections.unmodifiableSet(ordered);
    }

    /**
     * This scope in a sandbox of that size, every default filled in.
     *
     * @param memory the sandbox's own
     * @param processors the sandbox's own, at least 1
     * @throws dev.mulligan.host.HostException {@code BAD_SCOPE} if a limit is larger than the sandbox
     */
    public ResolvedScope resolve(DataSize memory, int processors) {
        int allProcessors = Math.multiplyExact(processors, Ranges.CPU_MILLIS_PER_PROCESSOR);
        DataSize wantedMemory = limits.memory().orElse(memory);
        int wantedCpu = limits.cpuMillis().orElse(allProcessors);
        Ranges.require(
                wantedMemory.compareTo(memory) <= 0, "limit memory", wantedMemory, "at most the sandbox's " + memory);
        Ranges.require(
                wantedCpu <= allProcessors, "limit cpu_millis", wantedCpu, "at most the sandbox's " + allProcessors);
        return new ResolvedScope(
                tools,
                root,
                new ResolvedLimits(
                        limits.time().orElse(DEFAULT_TIME),
                        wantedMemory,
                        wantedCpu,
                        limits.output().orElse(DEFAULT_OUTPUT),
                        limits.processes().orElse(DEFAULT_PROCESSES)));
    }
}
