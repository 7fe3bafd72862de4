package dev.mulligan.host.workspace.change;

/**
 * What a change set may hold. One that holds more is refused as a whole, before its content is read: nobody looks
 * through a million entries.
 *
 * @param entries of the upper layer
 * @param bytes of all files of the upper layer together, as declared
 * @param names bytes of all paths together
 */
public record ChangeLimits(int entries, long bytes, long names) {
    /** 100,000 entries, 2 GiB, 16 MiB of paths. */
    public static final ChangeLimits DEFAULT = new ChangeLimits(100_000, 2L << 30, 16L << 20);

    public ChangeLimits {
        if (entries < 1 || bytes < 1 || names < 1) {
            throw new IllegalArgumentException("limits: %d, %d, %d (expected: >= 1)".formatted(entries, bytes, names));
        }
    }
}
