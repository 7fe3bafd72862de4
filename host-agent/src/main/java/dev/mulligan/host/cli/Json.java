package dev.mulligan.host.cli;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.util.JsonFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Writes messages as protobuf's JSON on one line each, every field present, so that a program never has to ask whether
 * a zero is there.
 */
record Json(JsonFormat.Printer printer) {
    Json() {
        this(JsonFormat.printer().omittingInsignificantWhitespace().alwaysPrintFieldsWithNoPresence());
    }

    String of(Message message) {
        try {
            return printer.print(message);
        } catch (InvalidProtocolBufferException impossible) {
            throw new IllegalStateException(
                    "a message of an unknown type: "
                            + message.getDescriptorForType().getFullName(),
                    impossible);
        }
    }

    /** For what is no message: one object, values as text, numbers, truth values or lists of those. */
    static String object(Map<String, ?> fields) {
        StringBuilder json = new StringBuilder("{");
        fields.forEach((name, value) -> json.append(json.length() > 1 ? "," : "")
                .append(quoted(name))
                .append(':')
                .append(value(value)));
        return json.append('}').toString();
    }

    private static String value(Object value) {
        return switch (value) {
            case Number number -> number.toString();
            case Boolean truth -> truth.toString();
            case List<?> list -> list.stream().map(Json::value).collect(Collectors.joining(",", "[", "]"));
            default -> quoted(value.toString());
        };
    }

    private static String quoted(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        text.codePoints().forEach(codePoint -> {
            if (codePoint == '"' || codePoint == '\\') {
                quoted.append('\\').appendCodePoint(codePoint);
            } else if (codePoint == '\n') {
                quoted.append("\\n");
            } else if (codePoint < 0x20 || codePoint == 0x7f || codePoint == 0x2028 || codePoint == 0x2029) {
                quoted.append(String.format("\\u%04x", codePoint));
            } else {
                quoted.appendCodePoint(codePoint);
            }
        });
        return quoted.append('"').toString();
    }
}
