package dev.mulligan.host.service;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.Objects;
import java.util.Optional;

/** The bytes of a client's stream of requests, up to the end of it. */
final class InboxStream<Q> extends InputStream {
    private final Inbox<Q> inbox;
    private final Unwrapper<Q> unwrapper;
    private InputStream chunk = InputStream.nullInputStream();

    InboxStream(Inbox<Q> inbox, Unwrapper<Q> unwrapper) {
        this.inbox = inbox;
        this.unwrapper = unwrapper;
    }

    @Override
    public int read() throws IOException {
        byte[] single = new byte[1];
        return read(single, 0, 1) < 0 ? -1 : single[0] & 0xff;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, buffer.length);
        if (length == 0) {
            return 0;
        }
        int count = chunk.read(buffer, offset, length);
        while (count <= 0) {
            try {
                Optional<Q> next = inbox.take();
                if (next.isEmpty()) {
                    return -1;
                }
                chunk = unwrapper.unwrap(next.get()).newInput();
            } catch (InterruptedException cancelled) {
                Thread.currentThread().interrupt();
                throw new InterruptedIOException("the call was cancelled");
            }
            count = chunk.read(buffer, offset, length);
        }
        return count;
    }

    /** Takes the bytes out of a message; throws a {@code HostException} if it is another one. */
    interface Unwrapper<Q> {
        ByteString unwrap(Q message);
    }
}
