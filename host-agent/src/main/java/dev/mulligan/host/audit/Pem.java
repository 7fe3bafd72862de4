package dev.mulligan.host.audit;

import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** One block of a PEM file (RFC 7468). */
final class Pem {
    private static final int LINE = 64;

    private Pem() {}

    static String write(String label, byte[] content) {
        return "-----BEGIN " + label + "-----\n"
                + Base64.getMimeEncoder(LINE, "\n".getBytes(StandardCharsets.US_ASCII))
                        .encodeToString(content)
                + "\n-----END " + label + "-----\n";
    }

    /** The first block of that label; {@link IllegalArgumentException} if there is none. */
    static byte[] read(String text, String label) {
        String begin = "-----BEGIN " + label + "-----";
        int from = text.indexOf(begin);
        int to = text.indexOf("-----END " + label + "-----", Math.max(from, 0));
        if (from < 0 || to < 0) {
            throw new IllegalArgumentException("no block: " + begin);
        }
        return Base64.getDecoder()
                .decode(text.substring(from + begin.length(), to).replaceAll("\\s", ""));
    }
}
