package dev.mulligan.guest.files;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import dev.mulligan.guest.stream.BlockingSender;
import dev.mulligan.proto.guest.v1.PackResponse;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;

/** Sends what is written to it, in pieces of 64 KiB, as fast as the host takes them. */
final class ChunkingStream extends OutputStream {
    private static final int CHUNK = 64 * 1024;

    private final BlockingSender<PackResponse> sender;
    private byte[] chunk = new byte[CHUNK];
    private int used;

    ChunkingStream(BlockingSender<PackResponse> sender) {
        this.sender = sender;
    }

    @Override
    public void write(int value) throws IOException {
        write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public void write(byte[] source, int offset, int length) throws IOException {
        int done = 0;
        while (done < length) {
            int count = Math.min(length - done, CHUNK - used);
            System.arraycopy(source, offset + done, chunk, used, count);
            used += count;
            done += count;
            if (used == CHUNK) {
                flush();
            }
        }
    }

    @Override
    public void flush() throws IOException {
        if (used == 0) {
            return;
        }
        // The message keeps these bytes; the next chunk gets its own.
        ByteString data = UnsafeByteOperations.unsafeWrap(chunk, 0, used);
        chunk = new byte[CHUNK];
        used = 0;
        try {
            sender.send(PackResponse.newBuilder().setData(data).build());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("pack: interrupted");
        }
    }
}
