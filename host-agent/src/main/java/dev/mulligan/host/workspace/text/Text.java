package dev.mulligan.host.workspace.text;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A file that people read line by line. Its lines keep their ends, so that putting them together gives the file again,
 * byte for byte.
 *
 * @param lines each with its {@code \n}; the last may be without
 */
public record Text(List<String> lines) {
    /** Larger ones are treated as binary. */
    public static final int MAXIMUM_BYTES = 1 << 20;

    /** A text of nothing. */
    public static final Text EMPTY = new Text(List.of());

    public Text {
        lines = List.copyOf(lines);
    }

    /** Empty for what is no text: not UTF-8, a NUL in it, or over {@link #MAXIMUM_BYTES}. */
    public static Optional<Text> of(ByteString content) {
        if (content.size() > MAXIMUM_BYTES || !content.isValidUtf8()) {
            return Optional.empty();
        }
        String text = content.toStringUtf8();
        return text.indexOf('\0') >= 0 ? Optional.empty() : Optional.of(new Text(split(text)));
    }

    private static List<String> split(String text) {
        List<String> lines = new ArrayList<>();
        int start = 0;
        while (start < text.length()) {
            int end = text.indexOf('\n', start);
            int next = end < 0 ? text.length() : end + 1;
            lines.add(text.substring(start, next));
            start = next;
        }
        return lines;
    }

    /** The file again. */
    public ByteString content() {
        return ByteString.copyFromUtf8(String.join("", lines));
    }
}
