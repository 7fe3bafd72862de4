package dev.mulligan.host.cli.archive;

/**
 * How much an archive may unpack to.
 *
 * @param entries of any kind
 * @param bytes of all files together
 * @param names characters of all names together, those that links point to included: they are kept to the end
 */
public record Bounds(long entries, long bytes, long names) {
    /** Half a million entries, 64 GiB, 64 Mi characters: some 130 for each entry. */
    public static final Bounds USUAL = new Bounds(500_000, 64L << 30, 64L << 20);

    public Bounds {
        if (entries < 1 || bytes < 0 || names < 1) {
            throw new IllegalArgumentException(
                    "bounds: " + entries + " entries, " + bytes + " bytes, " + names + " characters of names");
        }
    }
}
