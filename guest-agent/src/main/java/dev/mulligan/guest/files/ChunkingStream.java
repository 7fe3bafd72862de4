package dev.mulligan.guest.files;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import dev.mulligan.guest.stream.BlockingSender;
import dev.mulligan.proto.guest.v1.PackResponse;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;

/** Sends what is written to it, in pieces, as fast as the host takes them. */
final class ChunkingStream extends OutputStream {
    private final BlockingSender<PackResponse> sender;
    private final byte[] chunk = new byte[Pieces.LARGEST];
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
            int count = Math.min(length - done, Pieces.LARGEST - used);
            System.arraycopy(source, offset + done, chunk, used, count);
            used += count;
            done += count;
            if (used == Pieces.LARGEST) {
                flush();
            }
        }
    }

    @Override
    public void flush() throws IOException {
        if (used == 0) {
            return;
        }
        // Serialised before send returns, so the array can be used again.
        ByteString data = UnsafeByteOperations.unsafeWrap(chunk, 0, used);
        used = 0;
        try {
            sender.send(PackResponse.newBuilder().setData(data).build());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("pack: interrupted");
        }
    }
}
