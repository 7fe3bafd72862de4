package dev.mulligan.image;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The size of a disk, in bytes; written as a number and {@code Mi}, {@code Gi} or {@code Ti} (powers of 1024).
 *
 * @param bytes at least 256 MiB, at most 16 TiB
 */
public record DiskSize(long bytes) {

    private static final Pattern FORM = Pattern.compile("([1-9][0-9]{0,8})(Mi|Gi|Ti)");
    private static final long MEBI = 1L << 20;
    private static final long SMALLEST = 256 * MEBI;
    private static final long LARGEST = 16L << 40;

    public DiskSize {
        if (bytes < SMALLEST || bytes > LARGEST) {
            throw new IllegalArgumentException("disk size: " + bytes + " bytes (expected: 256Mi to 16Ti)");
        }
    }

    /** Reads {@code 10Gi}. */
    public static DiskSize parse(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("disk size: \"" + text + "\" (expected: a number and Mi, Gi or Ti)");
        }
        int shift = switch (matcher.group(2)) {
            case "Mi" -> 20;
            case "Gi" -> 30;
            default -> 40;
        };
        return new DiskSize(Long.parseLong(matcher.group(1)) << shift);
    }

    @Override
    public String toString() {
        if (bytes % (1L << 30) == 0) {
            return (bytes >> 30) + "Gi";
        }
        return bytes % MEBI == 0 ? (bytes >> 20) + "Mi" : String.format(Locale.ROOT, "%d bytes", bytes);
    }
}
