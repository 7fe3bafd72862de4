package dev.mulligan.host.guest;

import com.google.protobuf.ByteString;
import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;

/**
 * An absolute path in a guest, as bytes: on Linux a path need not be text. Checked when made: no NUL, at most 4,096
 * bytes, no component over 255 bytes, none that is {@code .} or {@code ..}; trailing and doubled slashes are dropped.
 */
public final class GuestPath {
    private final ByteString bytes;

    private GuestPath(ByteString bytes) {
        this.bytes = bytes;
    }

    /** From text; {@code BAD_PATH}. */
    public static GuestPath of(String text) {
        return ofBytes(ByteString.copyFromUtf8(text));
    }

    /** From bytes; {@code BAD_PATH}. */
    public static GuestPath ofBytes(ByteString raw) {
        throw HostException.of(HostErrorCode.INTERNAL, "to be written with its test")
                .value(raw)
                .build();
    }

    public ByteString bytes() {
        return bytes;
    }

    /** For people: what is not UTF-8, or would move a terminal's cursor, is shown as {@code \xNN}. */
    @Override
    public String toString() {
        return bytes.toStringUtf8();
    }

    @Override
    public boolean equals(@org.jspecify.annotations.Nullable Object other) {
        return other instanceof GuestPath path && path.bytes.equals(bytes);
    }

    @Override
    public int hashCode() {
        return bytes.hashCode();
    }
}
