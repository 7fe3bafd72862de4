package dev.mulligan.guest.files;

import com.google.protobuf.ByteString;
import dev.mulligan.guest.failure.GuestException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * An absolute path as Linux has it: bytes, in no encoding. Checked against the contract and written plainly: no "." or
 * "..", no doubled or trailing slash.
 */
public record BytePath(List<ByteString> components) {
    private static final int MAXIMUM = 4096;
    private static final int MAXIMUM_COMPONENT = 255;
    private static final ByteString SLASH = ByteString.copyFromUtf8("/");

    public BytePath {
        components = List.copyOf(components);
    }

    /**
     * Checks a path of a request.
     *
     * @throws GuestException INVALID_ARGUMENT
     */
    public static BytePath of(ByteString path) {
        if (path.isEmpty() || path.byteAt(0) != '/') {
            throw invalid(path, "an absolute path");
        }
        if (path.size() > MAXIMUM) {
            throw invalid(path, "at most " + MAXIMUM + " bytes");
        }
        return new BytePath(split(path));
    }

    /** The parts of a path between its slashes, each one checked. */
    static List<ByteString> split(ByteString path) {
        List<ByteString> components = new ArrayList<>();
        int start = 0;
        for (int index = 0; index <= path.size(); index++) {
            if (index < path.size() && path.byteAt(index) == 0) {
                throw invalid(path, "no NUL");
            }
            if (index == path.size() || path.byteAt(index) == '/') {
                if (index > start) {
                    components.add(checked(path, path.substring(start, index)));
                }
                start = index + 1;
            }
        }
        return components;
    }

    private static ByteString checked(ByteString path, ByteString component) {
        if (component.size() > MAXIMUM_COMPONENT) {
            throw invalid(path, "no component over " + MAXIMUM_COMPONENT + " bytes");
        }
        String text = component.toString(StandardCharsets.ISO_8859_1);
        if (text.equals(".") || text.equals("..")) {
            throw invalid(path, "no \".\" or \"..\"");
        }
        return component;
    }

    public boolean isRoot() {
        return components.isEmpty();
    }

    /** Whether this is in that directory, or below one that is. */
    public boolean isBelow(BytePath directory) {
        int depth = directory.components.size();
        return components.size() > depth && components.subList(0, depth).equals(directory.components);
    }

    /** The root's parent is the root. */
    public BytePath parent() {
        return isRoot() ? this : new BytePath(components.subList(0, components.size() - 1));
    }

    /** The last component. */
    ByteString name() {
        return isRoot() ? ByteString.EMPTY : components.getLast();
    }

    BytePath child(byte[] name) {
        List<ByteString> longer = new ArrayList<>(components);
        longer.add(ByteString.copyFrom(name));
        return new BytePath(longer);
    }

    public ByteString toByteString() {
        if (isRoot()) {
            return SLASH;
        }
        ByteString path = ByteString.EMPTY;
        for (ByteString component : components) {
            path = path.concat(SLASH).concat(component);
        }
        return path;
    }

    public byte[] toBytes() {
        return toByteString().toByteArray();
    }

    /** For messages: bytes that are no UTF-8 show as replacement characters. */
    @Override
    public String toString() {
        return toByteString().toStringUtf8();
    }

    private static GuestException invalid(ByteString path, String expected) {
        String shown = path.toStringUtf8();
        return GuestException.invalid("path", shown.length() > 300 ? shown.substring(0, 300) + "…" : shown, expected);
    }
}
