package dev.mulligan.guest.files;

import com.google.protobuf.ByteString;
import dev.mulligan.guest.failure.GuestException;
import dev.mulligan.guest.stream.BlockingReceiver;
import dev.mulligan.proto.guest.v1.UnpackRequest;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import org.jspecify.annotations.Nullable;

/** The archive that the host sends, as it comes. */
final class UnpackStream extends InputStream {
    private final BlockingReceiver<UnpackRequest> requests;
    private ByteString chunk = ByteString.EMPTY;
    private int used;

    UnpackStream(BlockingReceiver<UnpackRequest> requests) {
        this.requests = requests;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        while (used == chunk.size()) {
            UnpackRequest request = take();
            if (request == null) {
                return -1;
            }
            chunk = request.getData();
            used = 0;
        }
        int count = Math.min(length, chunk.size() - used);
        chunk.substring(used, used + count).copyTo(target, offset);
        used += count;
        return count;
    }

    private @Nullable UnpackRequest take() throws IOException {
        try {
            UnpackRequest request = requests.take();
            if (request != null
                    && (request.getMessageCase() != UnpackRequest.MessageCase.DATA
                            || request.getData().size() > Pieces.LARGEST)) {
                throw GuestException.invalid(
                        "request",
                        request.getMessageCase() + " of " + request.getSerializedSize() + " bytes",
                        "data of at most " + Pieces.LARGEST + " bytes");
            }
            return request;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("unpack: interrupted");
        }
    }
}
