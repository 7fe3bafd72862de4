package dev.mulligan.host.guest;

import com.google.protobuf.ByteString;
import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import dev.mulligan.host.Printable;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An absolute path in a guest, as bytes: on Linux a path need not be text. Checked when made: no NUL, at most 4,096
 * bytes, no component over 255 bytes, none that is {@code .} or {@code ..}; trailing and doubled slashes are dropped.
 *
 * <p>Source of the limits: {@code PATH_MAX} and {@code NAME_MAX} of Linux, limits.h.
 */
public final class GuestPath implements Comparable<GuestPath> {
    /** The longest path, in bytes. */
    public static final int MAXIMUM_BYTES = 4_096;

    /** The longest component, in bytes. */
    public static final int MAXIMUM_NAME_BYTES = 255;

    /** The directory above all. */
    public static final GuestPath ROOT = new GuestPath(ByteString.copyFromUtf8("/"));

    private static final int SHOWN = 200;
    private static final ByteString DOT = ByteString.copyFromUtf8(".");
    private static final ByteString DOT_DOT = ByteString.copyFromUtf8("..");

    private final ByteString bytes;

    private GuestPath(ByteString bytes) {
        this.bytes = bytes;
    }

    /** From text; {@code BAD_PATH}. */
    public static GuestPath of(String text) {
        ByteString raw = ByteString.copyFromUtf8(text);
        if (!raw.toStringUtf8().equals(text)) {
            // Half of a surrogate pair: it would silently become another name.
            throw bad(raw, "text that can be written as UTF-8");
        }
        return ofBytes(raw);
    }

    /** From bytes; {@code BAD_PATH}. */
    public static GuestPath ofBytes(ByteString raw) {
        if (raw.isEmpty() || raw.byteAt(0) != '/') {
            throw bad(raw, "an absolute path");
        }
        if (raw.size() > MAXIMUM_BYTES) {
            throw bad(raw, "at most " + MAXIMUM_BYTES + " bytes, not " + raw.size());
        }
        List<ByteString> names = new ArrayList<>();
        int start = 1;
        for (int at = 1; at <= raw.size(); at++) {
            if (at == raw.size() || raw.byteAt(at) == '/') {
                if (at > start) {
                    names.add(checked(raw.substring(start, at), raw));
                }
                start = at + 1;
            }
        }
        if (names.isEmpty()) {
            return ROOT;
        }
        ByteString clean = ByteString.EMPTY;
        for (ByteString name : names) {
            clean = clean.concat(ROOT.bytes).concat(name);
        }
        return new GuestPath(ByteString.copyFrom(clean.asReadOnlyByteBuffer()));
    }

    private static ByteString checked(ByteString name, ByteString path) {
        if (name.equals(DOT) || name.equals(DOT_DOT)) {
            throw bad(path, "no component that is \".\" or \"..\"");
        }
        if (name.size() > MAXIMUM_NAME_BYTES) {
            throw bad(path, "components of at most " + MAXIMUM_NAME_BYTES + " bytes, not " + name.size());
        }
        for (int at = 0; at < name.size(); at++) {
            if (name.byteAt(at) == 0) {
                throw bad(path, "no NUL");
            }
        }
        return name;
    }

    private static HostException bad(ByteString path, String expected) {
        String shown = Printable.of(path);
        return HostException.of(HostErrorCode.BAD_PATH, "path")
                .value('"' + (shown.length() > SHOWN ? shown.substring(0, SHOWN) + "…" : shown) + '"')
                .expected(expected)
                .remedy("give the path as it is inside the sandbox")
                .build();
    }

    public ByteString bytes() {
        return bytes;
    }

    /** Whether the bytes are UTF-8, so that the path can travel as text without loss. */
    public boolean isText() {
        return bytes.isValidUtf8();
    }

    /** Whether this path is directly in that directory. */
    public boolean isChildOf(GuestPath directory) {
        return isBelow(directory) && lastSlash() == Math.max(0, directory.prefixLength() - 1);
    }

    /** Whether this path is somewhere in that directory; a path is not below itself. */
    public boolean isBelow(GuestPath directory) {
        int prefix = directory.prefixLength();
        return bytes.size() > prefix && bytes.startsWith(directory.bytes) && bytes.byteAt(prefix - 1) == '/';
    }

    /** Bytes up to and including the slash before a child's name. */
    private int prefixLength() {
        return bytes.size() == 1 ? 1 : bytes.size() + 1;
    }

    private int lastSlash() {
        int at = bytes.size() - 1;
        while (bytes.byteAt(at) != '/') {
            at--;
        }
        return at;
    }

    /** For people: what is not UTF-8, or would move a terminal's cursor, is shown as {@code \xNN}. */
    @Override
    public String toString() {
        return Printable.of(bytes);
    }

    /** In byte order, without regard to sign. */
    @Override
    public int compareTo(GuestPath other) {
        return ByteString.unsignedLexicographicalComparator().compare(bytes, other.bytes);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof GuestPath path && path.bytes.equals(bytes);
    }

    @Override
    public int hashCode() {
        return bytes.hashCode();
    }
}
