package dev.mulligan.host.workspace;

import com.google.protobuf.ByteString;
import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import dev.mulligan.host.Printable;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A path below a granted folder, as bytes: on Linux a path need not be text. Checked when made: not empty, not absolute,
 * no NUL, no component that is empty, {@code .} or {@code ..}, none over 255 bytes, at most 4,096 bytes in all. A path
 * that passes says nothing yet about what lies there: links are the business of whoever opens it.
 *
 * <p>Order: by components, so that what is below a path follows it at once, before its neighbours.
 *
 * <p>Source of the limits: {@code PATH_MAX} and {@code NAME_MAX} of Linux, limits.h.
 */
public final class RelativePath implements Comparable<RelativePath> {
    /** The longest path, in bytes. */
    public static final int MAXIMUM_BYTES = 4_096;

    /** The longest component, in bytes. */
    public static final int MAXIMUM_NAME_BYTES = 255;

    private static final int SHOWN = 200;
    /** That nobody would see: at the beginning or the end of a name. */
    private static final Pattern OUTER_SPACE = Pattern.compile("(?<=^|/) | (?=/|$)");

    private static final Pattern ESCAPE = Pattern.compile("\\\\x([0-9a-f]{2})");
    private static final ByteString SLASH = ByteString.copyFromUtf8("/");
    private static final ByteString DOT = ByteString.copyFromUtf8(".");
    private static final ByteString DOT_DOT = ByteString.copyFromUtf8("..");

    private final ByteString bytes;

    private RelativePath(ByteString bytes) {
        this.bytes = bytes;
    }

    /** From text; {@code BAD_PATH}. */
    public static RelativePath of(String text) {
        ByteString raw = ByteString.copyFromUtf8(text);
        if (!raw.toStringUtf8().equals(text)) {
            // Half of a surrogate pair: it would silently become another name.
            throw bad(raw, "text that can be written as UTF-8");
        }
        return ofBytes(raw);
    }

    /** From bytes; {@code BAD_PATH}. */
    public static RelativePath ofBytes(ByteString raw) {
        if (raw.isEmpty() || raw.byteAt(0) == '/') {
            throw bad(raw, "a path that is relative to the folder, and not empty");
        }
        if (raw.size() > MAXIMUM_BYTES) {
            throw bad(raw, "at most " + MAXIMUM_BYTES + " bytes, not " + raw.size());
        }
        int start = 0;
        for (int at = 0; at <= raw.size(); at++) {
            if (at == raw.size() || raw.byteAt(at) == '/') {
                check(raw.substring(start, at), raw);
                start = at + 1;
            } else if (raw.byteAt(at) == 0) {
                throw bad(raw, "no NUL");
            }
        }
        return new RelativePath(raw);
    }

    private static void check(ByteString name, ByteString path) {
        if (name.isEmpty() || name.equals(DOT) || name.equals(DOT_DOT)) {
            throw bad(path, "no component that is empty, \".\" or \"..\"");
        }
        if (name.size() > MAXIMUM_NAME_BYTES) {
            throw bad(path, "components of at most " + MAXIMUM_NAME_BYTES + " bytes, not " + name.size());
        }
    }

    private static HostException bad(ByteString path, String expected) {
        return HostException.of(HostErrorCode.BAD_PATH, "path in a folder")
                .value('"' + Printable.of(path.substring(0, Math.min(path.size(), SHOWN))) + '"')
                .expected(expected)
                .remedy("give the path as it is below the folder")
                .build();
    }

    public ByteString bytes() {
        return bytes;
    }

    /** Whether the bytes are UTF-8, so that the path can travel as text without loss. */
    public boolean isText() {
        return bytes.isValidUtf8();
    }

    /** The last component. */
    public ByteString name() {
        return bytes.substring(lastSlash() + 1);
    }

    /** The first component: the name that the folder itself has. */
    public ByteString first() {
        int end = 0;
        while (end < bytes.size() && bytes.byteAt(end) != '/') {
            end++;
        }
        return bytes.substring(0, end);
    }

    /** The directory it is in; empty if that is the folder itself. */
    public Optional<RelativePath> parent() {
        int slash = lastSlash();
        return slash < 0 ? Optional.empty() : Optional.of(new RelativePath(bytes.substring(0, slash)));
    }

    /** All directories between the folder and this path, the outermost first. */
    public List<RelativePath> ancestors() {
        List<RelativePath> all = new ArrayList<>();
        for (int at = 0; at < bytes.size(); at++) {
            if (bytes.byteAt(at) == '/') {
                all.add(new RelativePath(bytes.substring(0, at)));
            }
        }
        return all;
    }

    /** The components, the outermost first. */
    public List<ByteString> names() {
        List<ByteString> names = new ArrayList<>();
        ancestors().forEach(ancestor -> names.add(ancestor.name()));
        names.add(name());
        return names;
    }

    /** What has this name in this directory; {@code BAD_PATH}. */
    public RelativePath child(ByteString name) {
        return ofBytes(bytes.concat(SLASH).concat(name));
    }

    /** Whether this path is somewhere in that directory; a path is not below itself. */
    public boolean isBelow(RelativePath directory) {
        int prefix = directory.bytes.size();
        return bytes.size() > prefix && bytes.byteAt(prefix) == '/' && bytes.startsWith(directory.bytes);
    }

    private int lastSlash() {
        int at = bytes.size() - 1;
        while (at >= 0 && bytes.byteAt(at) != '/') {
            at--;
        }
        return at;
    }

    /**
     * For people: what is not UTF-8, would move a terminal's cursor, or is not seen (a space at the end of a name, say) is
     * shown as {@code \xNN}; and so is a backslash that could be taken for the beginning of such. So no two paths have the
     * same characters; letters of several alphabets may still look alike. {@link #shownBytes} reads it.
     */
    @Override
    public String toString() {
        String latin = bytes.toString(StandardCharsets.ISO_8859_1);
        String shown = Printable.of(
                latin.indexOf('\\') < 0
                        ? bytes
                        : ByteString.copyFrom(
                                ESCAPE.matcher(latin).replaceAll("\\\\x5cx$1"), StandardCharsets.ISO_8859_1));
        return shown.indexOf(' ') < 0 ? shown : OUTER_SPACE.matcher(shown).replaceAll("\\\\x20");
    }

    /** The bytes of a path, or of a part of one, that is written as {@link #toString} shows it. */
    public static ByteString shownBytes(String shown) {
        String latin = ByteString.copyFromUtf8(shown).toString(StandardCharsets.ISO_8859_1);
        return ByteString.copyFrom(
                ESCAPE.matcher(latin)
                        .replaceAll(found -> Matcher.quoteReplacement(
                                Character.toString((char) Integer.parseInt(found.group(1), 16)))),
                StandardCharsets.ISO_8859_1);
    }

    @Override
    public int compareTo(RelativePath other) {
        // A path may be long and a folder full of such: so not byte by byte.
        int at = bytes.asReadOnlyByteBuffer().mismatch(other.bytes.asReadOnlyByteBuffer());
        if (at < 0) {
            return 0;
        }
        if (at == bytes.size() || at == other.bytes.size()) {
            return Integer.compare(bytes.size(), other.bytes.size());
        }
        return Integer.compare(rank(bytes.byteAt(at)), rank(other.bytes.byteAt(at)));
    }

    /** A slash ends a name, so it comes before all that may go on with it; NUL's place is free. */
    private static int rank(byte one) {
        return one == '/' ? 0 : one & 0xff;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof RelativePath path && path.bytes.equals(bytes);
    }

    @Override
    public int hashCode() {
        return bytes.hashCode();
    }
}
