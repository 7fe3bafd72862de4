package dev.mulligan.host.guest;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * The host's side of the preamble: {@code MULLIGAN-1 }, 32 hex digits, a line feed. A port is one byte stream that
 * outlives connections; the echo of a fresh nonce marks where the answers to <em>this</em> connection begin.
 *
 * <p>Not safe for use by several threads.
 */
final class Preamble {
    static final int LENGTH = 44;

    private static final byte[] MAGIC = "MULLIGAN-1 ".getBytes(StandardCharsets.US_ASCII);
    private static final int NONCE_BYTES = 16;

    private final RandomGenerator random;
    private final Set<String> older = new HashSet<>();
    private String newest = "";
    // The last LENGTH bytes seen, as a ring.
    private final byte[] seen = new byte[LENGTH];
    private long count;

    /** @param random must be unpredictable for the guest */
    Preamble(RandomGenerator random) {
        this.random = random;
    }

    /** What to write next: a preamble with a nonce of its own. */
    byte[] next() {
        if (!newest.isEmpty()) {
            older.add(newest);
        }
        byte[] nonce = new byte[NONCE_BYTES];
        random.nextBytes(nonce);
        newest = HexFormat.of().formatHex(nonce);
        byte[] line = Arrays.copyOf(MAGIC, LENGTH);
        byte[] digits = newest.getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(digits, 0, line, MAGIC.length, digits.length);
        line[LENGTH - 1] = '\n';
        return line;
    }

    /** Takes one byte that came from the guest. */
    Sight see(byte one) {
        seen[(int) (count++ % LENGTH)] = one;
        if (one != '\n' || count < LENGTH) {
            return Sight.NOTHING;
        }
        byte[] line = new byte[LENGTH];
        int oldest = (int) (count % LENGTH);
        System.arraycopy(seen, oldest, line, 0, LENGTH - oldest);
        System.arraycopy(seen, 0, line, LENGTH - oldest, oldest);
        if (!Arrays.equals(line, 0, MAGIC.length, MAGIC, 0, MAGIC.length)) {
            return Sight.NOTHING;
        }
        String nonce = new String(line, MAGIC.length, LENGTH - MAGIC.length - 1, StandardCharsets.ISO_8859_1);
        if (nonce.equals(newest)) {
            return Sight.ECHO;
        }
        return older.contains(nonce) ? Sight.OLDER_ECHO : Sight.NOTHING;
    }

    /** What a byte completed. */
    enum Sight {
        NOTHING,
        /** The guest is there, but has not come to the newest preamble yet. */
        OLDER_ECHO,
        /** What follows answers this connection. */
        ECHO
    }
}
