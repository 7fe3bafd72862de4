package dev.mulligan.host.workspace.change;

/**
 * What a change set may hold. One that holds more is refused as a whole, before its content is read: nobody looks
 * through a million entries.
 *
 * @param entries of the upper layer
 * @param bytes of all files of the upper layer together, as declared
 */
public record ChangeLimits(int entries, long bytes) {
    /** 100,000 entries, 2 GiB. */
    public static final ChangeLimits DEFAULT = new ChangeLimits(100_000, 2L << 30);

    public ChangeLimits {
        if (entries < 1 || bytes < 1) {
            throw new IllegalArgumentException("limits: %d, %d (expected: >= 1)".formatted(entries, bytes));
        }
    }
}
