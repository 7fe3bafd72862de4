package dev.mulligan.host.audit;

import java.util.Map;
import java.util.TreeMap;

/**
 * Writes JSON in the one form that RFC 8785 allows for a value: keys sorted by UTF-16 code units, no white space, the
 * shortest escapes. Only what the record holds: text, whole numbers up to 2^53, objects.
 */
public final class CanonicalJson {
    private static final long LARGEST_NUMBER = 1L << 53;

    private CanonicalJson() {}

    /** Values are {@code String}, {@code Long} or again such maps. */
    public static String write(Map<String, ?> object) {
        StringBuilder json = new StringBuilder(256);
        object(object, json);
        return json.toString();
    }

    private static void object(Map<?, ?> object, StringBuilder json) {
        json.append('{');
        boolean first = true;
        for (Map.Entry<?, ?> member : new TreeMap<>(object).entrySet()) {
            if (!first) {
                json.append(',');
            }
            first = false;
            text((String) member.getKey(), json);
            json.append(':');
            value(member.getValue(), json);
        }
        json.append('}');
    }

    private static void value(Object value, StringBuilder json) {
        switch (value) {
            case String text -> text(text, json);
            case Long number when Math.abs(number) <= LARGEST_NUMBER -> json.append((long) number);
            case Map<?, ?> object -> object(object, json);
            default ->
                throw new IllegalArgumentException("value: " + value + " (expected: text, whole number, object)");
        }
    }

    private static void text(String text, StringBuilder json) {
        json.append('"');
        for (int i = 0; i < text.length(); i++) {
            char unit = text.charAt(i);
            switch (unit) {
                case '"' -> json.append("\\\"");
                case '\\' -> json.append("\\\\");
                case '\b' -> json.append("\\b");
                case '\t' -> json.append("\\t");
                case '\n' -> json.append("\\n");
                case '\f' -> json.append("\\f");
                case '\r' -> json.append("\\r");
                default -> {
                    if (unit < 0x20) {
                        json.append("\\u00").append(unit < 0x10 ? '0' : '1').append(Character.forDigit(unit & 0xf, 16));
                    } else {
                        json.append(unit);
                    }
                }
            }
        }
        json.append('"');
    }
}
