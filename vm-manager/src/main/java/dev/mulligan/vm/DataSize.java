package dev.mulligan.vm;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * An amount of data in bytes, at least zero. Written with binary units: {@code 512Mi} is 512 · 1024² bytes.
 *
 * <p>Source of the units: IEC 80000-13, in the short form that Kubernetes made common.
 */
public record DataSize(long bytes) implements Comparable<DataSize> {
    private static final Pattern FORM = Pattern.compile("(\\d{1,15})\\s*(Ki|Mi|Gi|Ti)?B?");

    /** No data at all. */
    public static final DataSize ZERO = new DataSize(0);

    public DataSize {
        if (bytes < 0) {
            throw VmException.invalid("size", bytes, ">= 0 bytes", "correct the size");
        }
    }

    public static DataSize ofBytes(long bytes) {
        return new DataSize(bytes);
    }

    public static DataSize ofMebibytes(long mebibytes) {
        return new DataSize(Math.multiplyExact(mebibytes, 1L << 20));
    }

    public static DataSize ofGibibytes(long gibibytes) {
        return new DataSize(Math.multiplyExact(gibibytes, 1L << 30));
    }

    /**
     * Reads {@code "512Mi"}, {@code "2Gi"}, {@code "4096"} (bytes).
     *
     * @throws VmException {@link VmErrorCode#INVALID_ARGUMENT} if the text has another form or is too large
     */
    public static DataSize parse(String text) {
        Matcher matcher = FORM.matcher(text.strip());
        if (matcher.matches()) {
            String unit = matcher.group(2);
            try {
                return new DataSize(Math.multiplyExact(Long.parseLong(matcher.group(1)), factor(unit)));
            } catch (ArithmeticException tooLarge) {
                throw VmException.invalid("size", text, "at most 2^63 - 1 bytes", "use a smaller size");
            }
        }
        throw VmException.invalid(
                "size", text, "a whole number with Ki, Mi, Gi, Ti or no unit, such as 512Mi", "correct the size");
    }

    public DataSize plus(DataSize other) {
        return new DataSize(Math.addExact(bytes, other.bytes));
    }

    /** Whole mebibytes, rounded down. */
    public long toMebibytes() {
        return bytes >> 20;
    }

    @Override
    public int compareTo(DataSize other) {
        return Long.compare(bytes, other.bytes);
    }

    /** The shortest exact form, such as {@code 512Mi}, which {@link #parse} reads back. */
    @Override
    public String toString() {
        if (bytes == 0) {
            return "0";
        }
        int shift = Math.min(Long.numberOfTrailingZeros(bytes) / 10, 4) * 10;
        return (bytes >> shift) + unit(shift);
    }

    /** A rounded form for people, such as {@code 1.5 GiB}. */
    public String toDisplayString() {
        int shift = bytes == 0 ? 0 : Math.min((63 - Long.numberOfLeadingZeros(bytes)) / 10, 4) * 10;
        if (shift == 0) {
            return bytes + " B";
        }
        BigDecimal value = BigDecimal.valueOf(bytes).divide(BigDecimal.valueOf(1L << shift), 1, RoundingMode.HALF_UP);
        return String.format(Locale.ROOT, "%s %sB", value, unit(shift));
    }

    private static String unit(int shift) {
        return switch (shift) {
            case 10 -> "Ki";
            case 20 -> "Mi";
            case 30 -> "Gi";
            case 40 -> "Ti";
            default -> "";
        };
    }

    private static long factor(@Nullable String unit) {
        return switch (unit) {
            case "Ki" -> 1L << 10;
            case "Mi" -> 1L << 20;
            case "Gi" -> 1L << 30;
            case "Ti" -> 1L << 40;
            case null, default -> 1L;
        };
    }
}
