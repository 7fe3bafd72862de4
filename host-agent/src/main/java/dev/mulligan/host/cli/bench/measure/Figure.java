package dev.mulligan.host.cli.bench.measure;

/**
 * A number beside the durations: a count, or a size.
 *
 * @param unit {@code MiB}; empty for a count
 */
public record Figure(String name, double value, String unit) {
    /** A count. */
    public static Figure of(String name, long count) {
        return new Figure(name, count, "");
    }
}
