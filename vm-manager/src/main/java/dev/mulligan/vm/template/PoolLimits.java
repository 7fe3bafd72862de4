package dev.mulligan.vm.template;

import dev.mulligan.vm.DataSize;
import java.time.Duration;

/**
 * How large a {@link WarmPool} may become.
 *
 * @param most machines of one kind
 * @param all machines of all kinds
 * @param reserve memory of the host that the pool leaves alone: below it, the pool shrinks
 * @param memory about what a machine that stands ready takes: with less than twice that beyond the reserve, the pool
 *     does not grow
 * @param burst machines that are taken within this time are reckoned to have been wanted at once
 * @param idle after which a kind that nobody took is given up, and use is forgotten
 * @param quiet how long after a machine was taken the pool begins to make up for it; where there is no such pause for
 *     longer than {@code burst}, it begins all the same
 */
public record PoolLimits(
        int most, int all, DataSize reserve, DataSize memory, Duration burst, Duration idle, Duration quiet) {

    /** Measured, emulated: 64 MiB of translated code and its tables, and 9 MiB that the guest has written. */
    private static final DataSize MEMORY = DataSize.ofMebibytes(112);

    public PoolLimits {
        if (most < 0 || all < most) {
            throw new IllegalArgumentException(
                    "pool: " + most + " of a kind, " + all + " in all (expected: 0 <= most <= all)");
        }
    }

    /** The usual: up to so many of a kind, twice as many in all, given up after half an hour. */
    public static PoolLimits of(int most) {
        return new PoolLimits(
                most,
                2 * most,
                DataSize.ofGibibytes(1),
                MEMORY,
                Duration.ofSeconds(10),
                Duration.ofMinutes(30),
                Duration.ofMillis(500));
    }
}
