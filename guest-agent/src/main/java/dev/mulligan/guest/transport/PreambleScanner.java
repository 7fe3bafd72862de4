package dev.mulligan.guest.transport;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Finds preambles in whatever arrives, byte by byte, in constant memory.
 *
 * <p>A preamble is {@code MULLIGAN-1 }, 32 lower-case hexadecimal digits of a nonce and a line feed. The host sends
 * it, with a fresh nonce each time, until it sees the newest one echoed; then it speaks HTTP/2, whose first byte is
 * the P of {@code PRI * HTTP/2.0} (RFC 9113, 3.4). Everything else is left over from an earlier host and is dropped.
 *
 * <p>Not safe for use by several threads.
 */
final class PreambleScanner {
    static final byte[] MAGIC = "MULLIGAN-1 ".getBytes(StandardCharsets.US_ASCII);
    static final int LENGTH = MAGIC.length + 32 + 1;

    private final byte[] partial = new byte[LENGTH];
    private int length;
    private boolean found;

    enum Step {
        /** Nothing to do. */
        MORE,
        /** {@link PreambleScanner#preamble()} is whole now and wants an echo. */
        PREAMBLE,
        /** This byte is the first of an HTTP/2 connection. */
        CONNECTED
    }

    Step accept(byte next) {
        if (length > 0 && !fits(length, next)) {
            // The magic's first byte occurs nowhere else in a preamble, so a new one can begin only here.
            length = 0;
        }
        if (fits(length, next)) {
            partial[length++] = next;
            if (length < LENGTH) {
                return Step.MORE;
            }
            length = 0;
            found = true;
            return Step.PREAMBLE;
        }
        return found && next == 'P' ? Step.CONNECTED : Step.MORE;
    }

    /** The last one found: a copy. */
    byte[] preamble() {
        return Arrays.copyOf(partial, LENGTH);
    }

    /** The host has gone: what comes next starts over. */
    void reset() {
        length = 0;
        found = false;
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
}
