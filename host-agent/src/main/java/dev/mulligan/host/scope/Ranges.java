package dev.mulligan.host.scope;

import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import dev.mulligan.vm.DataSize;
import java.time.Duration;

/** The ranges of limits that hold on every host; one place, so that asking and resolving can't disagree. */
public final class Ranges {
    public static final Duration SHORTEST = Duration.ofSeconds(1);
    public static final Duration LONGEST = Duration.ofHours(24);
    public static final DataSize LEAST_MEMORY = DataSize.ofMebibytes(16);
    public static final int LEAST_CPU_MILLIS = 100;
    public static final int CPU_MILLIS_PER_PROCESSOR = 1000;
    public static final DataSize LEAST_OUTPUT = DataSize.ofBytes(1024);
    public static final DataSize MOST_OUTPUT = DataSize.ofGibibytes(1);
    public static final int MOST_PROCESSES = 32_768;
    /** An image's own size is larger; the host agent checks that. */
    public static final DataSize LEAST_DISK = DataSize.ofMebibytes(16);

    public static final DataSize MOST_DISK = DataSize.ofGibibytes(1024);
    public static final DataSize MOST_MEMORY = DataSize.ofGibibytes(4096);
    public static final int MOST_CPU_MILLIS = 1024 * CPU_MILLIS_PER_PROCESSOR;

    public static final Duration LONGEST_PATIENCE = Duration.ofDays(7);

    private Ranges() {}

    static void requireTime(Duration time) {
        require(time.compareTo(SHORTEST) >= 0 && time.compareTo(LONGEST) <= 0, "limit time", time, "1 s to 24 h");
    }

    static void requirePatience(Duration patience) {
        require(
                patience.compareTo(SHORTEST) >= 0 && patience.compareTo(LONGEST_PATIENCE) <= 0,
                "limit approval",
                patience,
                "1 s to 7 days");
    }

    static void requireMemory(DataSize memory) {
        require(memory.compareTo(LEAST_MEMORY) >= 0, "limit memory", memory, "at least 16Mi");
    }

    static void requireCpuMillis(int cpuMillis) {
        require(cpuMillis >= LEAST_CPU_MILLIS, "limit cpu_millis", cpuMillis, "at least 100");
    }

    static void requireOutput(DataSize output) {
        require(
                output.compareTo(LEAST_OUTPUT) >= 0 && output.compareTo(MOST_OUTPUT) <= 0,
                "limit output",
                output,
                "1Ki to 1Gi");
    }

    static void requireProcesses(int processes) {
        require(processes >= 1 && processes <= MOST_PROCESSES, "limit processes", processes, "1 to 32768");
    }

    static void requireDisk(DataSize disk) {
        require(
                disk.compareTo(LEAST_DISK) >= 0 && disk.compareTo(MOST_DISK) <= 0,
                "limit disk",
                disk,
                "16Mi to 1024Gi");
    }

    static void require(boolean holds, String what, Object value, String expected) {
        if (!holds) {
            throw HostException.of(HostErrorCode.BAD_SCOPE, what)
                    .value(value)
                    .expected(expected)
                    .remedy("correct the scope's limits, or leave this one out for its default")
                    .build();
        }
    }
}
