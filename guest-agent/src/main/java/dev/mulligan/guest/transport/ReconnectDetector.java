package dev.mulligan.guest.transport;

/**
 * Notices that a new host knocks while the old one's HTTP/2 connection still looks alive, as after a quick restart or a
 * return to a checkpoint: the kernel then never reported that the port was closed.
 *
 * <p>A host that knocks sends nothing but preambles, one after another. So: two whole ones in a row, with different nonces, that
 * begin where a read begins and have nothing between them. The payload of an HTTP/2 frame could look the same only if
 * somebody chose its content and knew where the reads fall; it would gain the end of this one connection.
 */
final class ReconnectDetector {
    private int position;
    private int whole;
    private int nonce;
    private int lastNonce;

    /** Looks at what one read returned; true if the bytes are a new host's. */
    boolean isReconnect(byte[] bytes, int offset, int length) {
        for (int index = offset; index < offset + length; index++) {
            if (!Preamble.fits(position, bytes[index])) {
                reset();
                return false;
            }
            nonce = 31 * nonce + bytes[index];
            position++;
            if (position == Preamble.LENGTH) {
                whole = whole > 0 && nonce == lastNonce ? 1 : whole + 1;
                lastNonce = nonce;
                nonce = 0;
                position = 0;
            }
        }
        return whole >= 2;
    }

    void reset() {
        position = 0;
        whole = 0;
        nonce = 0;
    }
}
