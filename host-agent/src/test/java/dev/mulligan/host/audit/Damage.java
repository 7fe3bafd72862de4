package dev.mulligan.host.audit;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/**
 * Something that happens to a file.
 *
 * @param first where; taken modulo what there is
 * @param second where else, or what
 */
record Damage(Kind kind, int first, int second) {
    enum Kind {
        BYTE_CHANGED,
        BYTE_ADDED,
        BYTE_GONE,
        LINE_GONE,
        LINE_DOUBLED,
        LINES_SWAPPED,
        CUT_OFF
    }

    byte[] to(byte[] file) {
        byte[] copy = file.clone();
        int at = first % file.length;
        return switch (kind) {
            case BYTE_CHANGED -> {
                copy[at] ^= (byte) (1 + second % 255);
                yield copy;
            }
            case BYTE_ADDED -> join(Arrays.copyOf(copy, at), new byte[] {(byte) second}, from(copy, at));
            case BYTE_GONE -> join(Arrays.copyOf(copy, at), from(copy, at + 1));
            case CUT_OFF -> Arrays.copyOf(copy, at);
            case LINE_GONE, LINE_DOUBLED, LINES_SWAPPED -> toLines(file);
        };
    }

    private byte[] toLines(byte[] file) {
        // Byte by byte: what is cut in two must not be repaired.
        List<String> lines = new ArrayList<>(
                new String(file, StandardCharsets.ISO_8859_1).lines().toList());
        int at = first % lines.size();
        switch (kind) {
            case LINE_GONE -> lines.remove(at);
            case LINE_DOUBLED -> lines.add(second % (lines.size() + 1), lines.get(at));
            default -> Collections.swap(lines, at, second % lines.size());
        }
        return String.join("", lines.stream().map(line -> line + "\n").toList()).getBytes(StandardCharsets.ISO_8859_1);
    }

    private static byte[] from(byte[] bytes, int at) {
        return Arrays.copyOfRange(bytes, at, bytes.length);
    }

    private static byte[] join(byte[]... parts) {
        int length = Arrays.stream(parts).mapToInt(part -> part.length).sum();
        byte[] whole = new byte[length];
        int at = 0;
        for (byte[] part : parts) {
            System.arraycopy(part, 0, whole, at, part.length);
            at += part.length;
        }
        return whole;
    }
}
