package dev.mulligan.host.workspace;

import com.google.protobuf.ByteString;
import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import dev.mulligan.host.Printable;
import java.nio.charset.StandardCharsets;

/**
 * Where a symbolic link points, as it is written there: 1 to 4,095 bytes without NUL; absolute or not, through
 * {@code ..} or not. See symlink(7).
 */
public record LinkTarget(ByteString bytes) {
    /** {@code PATH_MAX} without its NUL. */
    public static final int MAXIMUM_BYTES = 4_095;

    public LinkTarget {
        if (bytes.isEmpty() || bytes.size() > MAXIMUM_BYTES || hasNul(bytes)) {
            throw HostException.of(HostErrorCode.BAD_PATH, "target of a symbolic link")
                    .value('"' + Printable.of(bytes.substring(0, Math.min(bytes.size(), 200))) + '"')
                    .expected("1 to " + MAXIMUM_BYTES + " bytes without NUL")
                    .build();
        }
    }

    /** Of text. */
    public static LinkTarget of(String text) {
        return new LinkTarget(ByteString.copyFromUtf8(text));
    }

    /**
     * Whether a link at that path could lead out of the folder: it is absolute, goes up further than the folder is deep, or
     * goes up again behind a name. What that name is when somebody follows it is not known here: if it is itself a link
     * that goes up, the two together lead out, though each alone does not.
     */
    public boolean leadsOut(RelativePath from) {
        if (bytes.byteAt(0) == '/') {
            return true;
        }
        int depth = from.ancestors().size();
        boolean named = false;
        for (String name : bytes.toString(StandardCharsets.ISO_8859_1).split("/", -1)) {
            switch (name) {
                case "", "." -> {}
                case ".." -> {
                    depth--;
                    if (named || depth < 0) {
                        return true;
                    }
                }
                default -> named = true;
            }
        }
        return false;
    }

    private static boolean hasNul(ByteString bytes) {
        for (byte one : bytes) {
            if (one == 0) {
                return true;
            }
        }
        return false;
    }

    @Override
    public String toString() {
        return Printable.of(bytes);
    }
}
