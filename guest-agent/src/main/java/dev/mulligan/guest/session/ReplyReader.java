package dev.mulligan.guest.session;

import dev.mulligan.guest.linux.Descriptor;
import java.io.EOFException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;

/**
 * Puts replies together from what the control socket brings. A reply's length is bounded before room is made for it,
 * and room is made only as the bytes come. For one thread at a time.
 */
final class ReplyReader {
    /** The results of a call, what goes with them, and the exception. */
    private static final int LONGEST = (8 << 20) + (1 << 20);

    private static final int HEADER = 5;
    private static final int CHUNK = 64 * 1024;

    private final Descriptor control;
    private final MemorySegment chunk = Arena.ofAuto().allocate(CHUNK, 16);
    private byte[] gathered = new byte[1024];
    private int count;

    ReplyReader(Descriptor control) {
        this.control = control;
    }

    /**
     * Reads once, which blocks unless the socket is readable; empty if the reply is not complete yet.
     *
     * @throws EOFException if the interpreter has closed its end
     */
    Optional<Reply> read() throws IOException {
        int length = control.read(chunk);
        if (length == 0) {
            throw new EOFException("control socket: closed by the interpreter");
        }
        if (count + length > gathered.length) {
            gathered = Arrays.copyOf(gathered, Math.max(count + length, 2 * gathered.length));
        }
        MemorySegment.copy(chunk, ValueLayout.JAVA_BYTE, 0, gathered, count, length);
        count += length;
        if (gathered[0] != 'R') {
            throw new GarbledException("a frame of kind " + gathered[0]);
        }
        if (count < HEADER) {
            return Optional.empty();
        }
        int payload = ByteBuffer.wrap(gathered).getInt(1);
        if (payload < 0 || payload > LONGEST) {
            throw new GarbledException("a frame of " + Integer.toUnsignedString(payload) + " bytes");
        }
        if (count < HEADER + payload) {
            return Optional.empty();
        }
        if (count > HEADER + payload) {
            throw new GarbledException("more than one reply");
        }
        Reply reply = Reply.parse(ByteBuffer.wrap(gathered, HEADER, payload));
        count = 0;
        if (gathered.length > CHUNK) {
            gathered = new byte[1024];
        }
        return Optional.of(reply);
    }
}
