package dev.mulligan.host.service;

import com.google.protobuf.ByteString;
import java.io.OutputStream;

/**
 * Bytes written become messages of at most 256 KiB. Writing waits for the client, and fails with {@code CANCELLED} when
 * that is gone; what is small is gathered.
 */
final class ChunkStream<R> extends OutputStream {
    private static final int CHUNK = 256 << 10;

    private final Sender<R> sender;
    private final Wrapper<R> wrapper;
    private final ByteString.Output gathered = ByteString.newOutput(CHUNK);

    ChunkStream(Sender<R> sender, Wrapper<R> wrapper) {
        this.sender = sender;
        this.wrapper = wrapper;
    }

    @Override
    public void write(int single) {
        write(new byte[] {(byte) single}, 0, 1);
    }

    @Override
    public void write(byte[] data, int offset, int length) {
        int from = offset;
        int left = length;
        while (left > 0) {
            int room = CHUNK - gathered.size();
            int count = Math.min(room, left);
            gathered.write(data, from, count);
            from += count;
            left -= count;
            if (gathered.size() == CHUNK) {
                flush();
            }
        }
    }

    @Override
    public void flush() {
        if (gathered.size() == 0) {
            return;
        }
        ByteString chunk = gathered.toByteString();
        gathered.reset();
        sender.send(wrapper.wrap(chunk));
    }

    /** Makes a message of a chunk. */
    interface Wrapper<R> {
        R wrap(ByteString chunk);
    }
}
