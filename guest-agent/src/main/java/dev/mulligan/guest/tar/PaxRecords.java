package dev.mulligan.guest.tar;

import com.google.protobuf.ByteString;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/** The body of a pax extended header: records of {@code length key=value\n}; values are bytes. */
final class PaxRecords {
    private PaxRecords() {}

    static void write(ByteArrayOutputStream target, String key, ByteString value) {
        // The length counts its own digits.
        int rest = key.length() + value.size() + 3;
        int length = rest + 1;
        while (rest + Integer.toString(length).length() != length) {
            length++;
        }
        target.writeBytes((length + " " + key + "=").getBytes(StandardCharsets.US_ASCII));
        target.writeBytes(value.toByteArray());
        target.write('\n');
    }

    static Map<String, ByteString> read(byte[] body) throws TarException {
        Map<String, ByteString> records = new HashMap<>();
        int at = 0;
        while (at < body.length && body[at] != 0) {
            int blank = find(body, at, body.length, ' ');
            int length = length(body, at, blank);
            int equals = find(body, blank, at + length, '=');
            int value = equals + 1;
            records.put(
                    new String(body, blank + 1, equals - blank - 1, StandardCharsets.ISO_8859_1),
                    ByteString.copyFrom(body, value, at + length - 1 - value));
            at += length;
        }
        return records;
    }

    private static int length(byte[] body, int at, int blank) throws TarException {
        String digits = new String(body, at, blank - at, StandardCharsets.ISO_8859_1);
        int length = digits.matches("[0-9]{1,7}") ? Integer.parseInt(digits) : -1;
        // At least: digits, blank, one letter, equals sign, line feed.
        if (length < blank - at + 4 || length > body.length - at || body[at + length - 1] != '\n') {
            throw new TarException("pax record of length " + digits + " (expected: one that fits)", null);
        }
        return length;
    }

    private static int find(byte[] body, int from, int to, char wanted) throws TarException {
        for (int index = from; index < to; index++) {
            if (body[index] == wanted) {
                return index;
            }
        }
        throw new TarException("pax record without '" + wanted + "' (expected: \"length key=value\")", null);
    }
}
