package dev.mulligan.guest.transport;

/**
 * Finds preambles in whatever arrives, byte by byte, in constant memory.
 *
 * <p>The host sends a {@link Preamble}, with a fresh nonce each time, until it sees the newest one echoed; then it speaks
 * HTTP/2, whose first byte is the P of {@code PRI * HTTP/2.0} (RFC 9113, 3.4). Everything else is left over from an
 * earlier host and is dropped.
 *
 * <p>Not safe for use by several threads.
 */
final class PreambleScanner {
    private final byte[] partial = new byte[Preamble.LENGTH];
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
        if (length > 0 && !Preamble.fits(length, next)) {
            // The magic's first byte occurs nowhere else in a preamble, so a new one can begin only here.
            length = 0;
        }
        if (Preamble.fits(length, next)) {
            partial[length++] = next;
            if (length < Preamble.LENGTH) {
                return Step.MORE;
            }
            length = 0;
            found = true;
            return Step.PREAMBLE;
        }
        return found && next == 'P' ? Step.CONNECTED : Step.MORE;
    }

    /** The last one found. */
    Preamble preamble() {
        return new Preamble(partial.clone());
    }

    /** The host has gone: what comes next starts over. */
    void reset() {
        length = 0;
        found = false;
    }
}
