package dev.mulligan.guest.transport;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * The line with which a host knocks: {@code MULLIGAN-2 }, then in lower-case hexadecimal digits a nonce of 16 bytes, the
 * host's time in nanoseconds since 1970 (8 bytes) and 32 random bytes, and a line feed. So a machine that was stopped in
 * time goes on with the right clock and with randomness of its own before it says anything.
 *
 * <p>The echo is the same line. In a <em>bare</em> one time and random bytes are zero. A host that sends one wants no more
 * than an answer; a guest that echoes one has not done what it was asked for.
 */
final class Preamble {
    static final byte[] MAGIC = "MULLIGAN-2 ".getBytes(StandardCharsets.US_ASCII);
    static final int LENGTH = MAGIC.length + 2 * (16 + 8 + 32) + 1;

    private static final int TIME = MAGIC.length + 32;
    private static final int ENTROPY = TIME + 16;
    private static final HexFormat HEX = HexFormat.of();
    private static final long NANOS = 1_000_000_000;

    private final byte[] line;

    /** Of a line whose every byte {@linkplain #fits}. */
    Preamble(byte[] line) {
        this.line = line;
    }

    /** A bare one with a fresh nonce. */
    static Preamble bare() {
        byte[] nonce = new byte[16];
        new SecureRandom().nextBytes(nonce);
        byte[] line = new byte[LENGTH];
        Arrays.fill(line, (byte) '0');
        System.arraycopy(MAGIC, 0, line, 0, MAGIC.length);
        System.arraycopy(
                HEX.formatHex(nonce).getBytes(StandardCharsets.US_ASCII), 0, line, MAGIC.length, TIME - MAGIC.length);
        line[LENGTH - 1] = '\n';
        return new Preamble(line);
    }

    /** Whether {@code value} may stand at {@code position} of a preamble. */
    static boolean fits(int position, byte value) {
        if (position < MAGIC.length) {
            return value == MAGIC[position];
        }
        if (position < LENGTH - 1) {
            return (value >= '0' && value <= '9') || (value >= 'a' && value <= 'f');
        }
        return value == '\n';
    }

    /** The whole line. Not a copy. */
    byte[] line() {
        return line;
    }

    boolean isBare() {
        for (int index = TIME; index < LENGTH - 1; index++) {
            if (line[index] != '0') {
                return false;
            }
        }
        return true;
    }

    Preamble asBare() {
        byte[] bare = line.clone();
        Arrays.fill(bare, TIME, LENGTH - 1, (byte) '0');
        return new Preamble(bare);
    }

    /** The host's time when it was sent. */
    Instant time() {
        long nanos = HexFormat.fromHexDigitsToLong(text(TIME, ENTROPY));
        return Instant.ofEpochSecond(Math.floorDiv(nanos, NANOS), Math.floorMod(nanos, NANOS));
    }

    byte[] entropy() {
        return HEX.parseHex(text(ENTROPY, LENGTH - 1));
    }

    private String text(int from, int to) {
        return new String(line, from, to - from, StandardCharsets.US_ASCII);
    }
}
