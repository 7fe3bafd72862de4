package dev.mulligan.host;

import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/**
 * Turns bytes of a guest into text that a person can look at: what is not UTF-8, controls a terminal, or reorders or
 * hides other text (U+202E and its like) is shown byte by byte as {@code \xNN}.
 */
public final class Printable {
    private Printable() {}

    /** All of it. */
    public static String of(ByteString bytes) {
        CharsetDecoder decoder = StandardCharsets.UTF_8
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT);
        ByteBuffer in = bytes.asReadOnlyByteBuffer();
        CharBuffer out = CharBuffer.allocate(Math.max(2, bytes.size()));
        StringBuilder text = new StringBuilder(bytes.size());
        while (in.hasRemaining()) {
            CoderResult result = decoder.reset().decode(in, out, true);
            appendVisible(text, out.flip());
            out.clear();
            for (int bad = result.isError() ? result.length() : 0; bad > 0; bad--) {
                appendByte(text, in.get());
            }
        }
        return text.toString();
    }

    /** At most {@code limit} characters, with a mark where something was cut off. */
    public static String of(String untrusted, int limit) {
        // Cut first: a guest must not make the host escape megabytes.
        String start = untrusted.substring(0, Math.min(untrusted.length(), limit));
        String shown = of(ByteString.copyFromUtf8(start));
        return shown.length() > limit || untrusted.length() > limit
                ? shown.substring(0, Math.min(shown.length(), limit)) + "…"
                : shown;
    }

    private static void appendVisible(StringBuilder text, CharBuffer decoded) {
        decoded.codePoints().forEach(point -> {
            if (isVisible(point)) {
                text.appendCodePoint(point);
            } else {
                byte[] encoded = Character.toString(point).getBytes(StandardCharsets.UTF_8);
                for (byte one : encoded) {
                    appendByte(text, one);
                }
            }
        });
    }

    private static void appendByte(StringBuilder text, byte one) {
        text.append(String.format("\\x%02x", one & 0xff));
    }

    private static boolean isVisible(int point) {
        return switch (Character.getType(point)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.SURROGATE,
                    Character.UNASSIGNED -> false;
            case Character.SPACE_SEPARATOR -> point == ' ';
            default -> !isBlank(point);
        };
    }

    /**
     * Letters and marks that nothing is drawn for, or a blank.
     *
     * <p>Source: {@code Default_Ignorable_Code_Point} of Unicode's DerivedCoreProperties.txt, and BRAILLE PATTERN BLANK.
     */
    private static boolean isBlank(int point) {
        return point == 0x034f
                || (point >= 0x115f && point <= 0x1160)
                || (point >= 0x17b4 && point <= 0x17b5)
                || (point >= 0x180b && point <= 0x180f)
                || point == 0x2800
                || point == 0x3164
                || (point >= 0xfe00 && point <= 0xfe0f)
                || point == 0xffa0
                || (point >= 0xe0100 && point <= 0xe01ef);
    }
}
