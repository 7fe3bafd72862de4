package dev.mulligan.host.scope.file;

import dev.mulligan.host.scope.Limits;
import dev.mulligan.host.scope.Ranges;
import dev.mulligan.vm.DataSize;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;

/** The key {@code limits}, and those below it. */
final class LimitKeys {
    private static final Key<Duration> TIME = Key.optional(
            "time", new Shapes.Time(Ranges.SHORTEST, Ranges.LONGEST), "Of one call: 1s to 24h. Default: 10m.");
    private static final Key<DataSize> MEMORY = Key.optional(
            "memory", new Shapes.Size(Ranges.LEAST_MEMORY, Ranges.MOST_MEMORY), "Of one call. Default: the sandbox's.");
    private static final Key<Integer> CPUS = Key.optional(
            "cpus",
            new Shapes.Thousandths(Ranges.LEAST_CPU_MILLIS, Ranges.MOST_CPU_MILLIS),
            "Processors of one call, such as 1.5. Default: the sandbox's.");
    private static final Key<DataSize> DISK = Key.optional(
            "disk",
            new Shapes.Size(Ranges.LEAST_DISK, Ranges.MOST_DISK),
            "The sandbox's disk, not less than the image's. Default: the host agent's.");
    private static final Key<DataSize> OUTPUT = Key.optional(
            "output",
            new Shapes.Size(Ranges.LEAST_OUTPUT, Ranges.MOST_OUTPUT),
            "What a call may print. Default: 64Mi.");
    private static final Key<Integer> PROCESSES = Key.optional(
            "processes",
            new Shapes.WholeNumber(1, Ranges.MOST_PROCESSES),
            "Processes and threads of one call at one moment. Default: 256.");

    private static final Key<Duration> APPROVAL = Key.optional(
            "approval",
            new Shapes.Time(Ranges.SHORTEST, Ranges.LONGEST_PATIENCE),
            "How long a person whom a rule asks has to answer; then the answer is no. Default: 24h about a call, 7d about"
                    + " changes.");

    static final Key<Limits> LIMITS = Key.optional(
            "limits",
            new Mapping<>(List.of(TIME, MEMORY, CPUS, DISK, OUTPUT, PROCESSES, APPROVAL), LimitKeys::limits),
            "What calls and the sandbox may use.");

    private LimitKeys() {}

    private static Limits limits(Mapping.Taken taken) {
        return new Limits(
                taken.get(TIME),
                taken.get(MEMORY),
                number(taken, CPUS),
                taken.get(OUTPUT),
                number(taken, PROCESSES),
                taken.get(DISK),
                taken.get(APPROVAL));
    }

    private static OptionalInt number(Mapping.Taken taken, Key<Integer> key) {
        return taken.get(key).map(OptionalInt::of).orElseGet(OptionalInt::empty);
    }
}
