package dev.mulligan.host.cli.archive;

/**
 * How much an archive may unpack to.
 *
 * @param entries of any kind
 * @param bytes of all files together
 */
public record Bounds(long entries, long bytes) {
    /** Half a million entries, 64 GiB. */
    public static final Bounds USUAL = new Bounds(500_000, 64L << 30);

    public Bounds {
        if (entries < 1 || bytes < 0) {
            throw new IllegalArgumentException("bounds: " + entries + " entries, " + bytes + " bytes");
        }
    }
}
