package dev.mulligan.host.guest;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * The host's side of the preamble: {@code MULLIGAN-2 }, then in hex digits a nonce of 16 bytes, the time in nanoseconds
 * since 1970 (8 bytes) and 32 random bytes, and a line feed. A port is one byte stream that outlives connections; the echo
 * of a fresh nonce marks where the answers to <em>this</em> connection begin. The guest sets clock and randomness before
 * it echoes the line; if it could not, it echoes the line with zeros behind the nonce.
 *
 * <p>Not safe for use by several threads.
 */
final class Preamble {
    static final int LENGTH = 124;

    private static final byte[] MAGIC = "MULLIGAN-2 ".getBytes(StandardCharsets.US_ASCII);
    private static final int NONCE_BYTES = 16;
    private static final int ENTROPY_BYTES = 32;
    private static final int NONCE_END = MAGIC.length + 2 * NONCE_BYTES;
    private static final String NOTHING_DONE = "0".repeat(LENGTH - 1 - NONCE_END);
    private static final HexFormat HEX = HexFormat.of();

    private final RandomGenerator random;
    private final Set<String> older = new HashSet<>();
    private String newest = "";
    private String request = "";
    // The last LENGTH bytes seen, as a ring.
    private final byte[] seen = new byte[LENGTH];
    private long count;

    /** @param random must be unpredictable for the guest */
    Preamble(RandomGenerator random) {
        this.random = random;
    }

    /** What to write next: a preamble with a nonce of its own, which tells the guest this time. */
    byte[] next(Instant time) {
        if (!newest.isEmpty()) {
            older.add(newest);
        }
        newest = randomHex(NONCE_BYTES);
        long nanos = Math.addExact(Math.multiplyExact(time.getEpochSecond(), 1_000_000_000L), time.getNano());
        request = HEX.toHexDigits(nanos) + randomHex(ENTROPY_BYTES);
        byte[] line = Arrays.copyOf(MAGIC, LENGTH);
        byte[] digits = (newest + request + '\n').getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(digits, 0, line, MAGIC.length, digits.length);
        return line;
    }

    private String randomHex(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return HEX.formatHex(bytes);
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
        String nonce = new String(line, MAGIC.length, NONCE_END - MAGIC.length, StandardCharsets.ISO_8859_1);
        if (!nonce.equals(newest)) {
            return older.contains(nonce) ? Sight.OLDER_ECHO : Sight.NOTHING;
        }
        String done = new String(line, NONCE_END, LENGTH - 1 - NONCE_END, StandardCharsets.ISO_8859_1);
        if (done.equals(request)) {
            return Sight.ECHO;
        }
        return done.equals(NOTHING_DONE) ? Sight.BARE_ECHO : Sight.NOTHING;
    }

    /** What a byte completed. */
    enum Sight {
        NOTHING,
        /** The guest is there, but has not come to the newest preamble yet. */
        OLDER_ECHO,
        /** What follows answers this connection; clock and randomness are set. */
        ECHO,
        /** What follows answers this connection; clock and randomness could not be set. */
        BARE_ECHO
    }
}
