package dev.mulligan.host.workspace.erofs;

/**
 * What a file in an image has beside its content. Whom it belongs to is said once, for all of them.
 *
 * @param permissions permission bits, at most 0777
 * @param modifiedSeconds when its content was changed, since the epoch
 * @param modifiedNanos the rest of that, 0 to 999,999,999
 */
public record Attributes(int permissions, long modifiedSeconds, int modifiedNanos) {
    private static final int NANOS = 1_000_000_000;

    public Attributes {
        if ((permissions & ~0777) != 0) {
            throw new IllegalArgumentException(
                    "permissions: " + Integer.toOctalString(permissions) + " (expected: at most 777)");
        }
        if (modifiedNanos < 0 || modifiedNanos >= NANOS) {
            throw new IllegalArgumentException("nanoseconds: " + modifiedNanos + " (expected: 0 to 999999999)");
        }
    }
}
