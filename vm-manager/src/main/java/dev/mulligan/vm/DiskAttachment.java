package dev.mulligan.vm;

import java.nio.file.Path;
import java.util.regex.Pattern;

/**
 * A further disk of a running machine. The guest knows it by its serial number ({@code serial} in {@code /sys/block}).
 *
 * @param file the disk on the host, absolute; the machine's process must be allowed to reach it
 * @param serial its name in the guest and towards {@link Vm#detach}: 1 to 20 characters (the length that
 *     virtio-blk carries) of {@code A-Z a-z 0-9 - _}
 * @param readOnly whether the guest may only read; a file shared by several machines must be read-only
 * @param format how the file is laid out
 */
public record DiskAttachment(Path file, String serial, boolean readOnly, DiskFormat format) {
    private static final Pattern SERIAL = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_-]{0,19}");

    public DiskAttachment {
        requireSerial(serial);
        if (!file.isAbsolute()) {
            throw VmException.invalid("disk file", file, "an absolute path", "resolve it first");
        }
    }

    /** Checks a serial by the rule above. */
    public static String requireSerial(String serial) {
        if (!SERIAL.matcher(serial).matches()) {
            throw VmException.invalid(
                    "disk serial", serial, "1 to 20 characters A-Z, a-z, 0-9, '-' or '_'", "choose another serial");
        }
        return serial;
    }
}
