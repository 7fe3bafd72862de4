package dev.mulligan.host.cli;

import com.google.protobuf.ByteString;
import io.grpc.StatusException;
import io.grpc.stub.BlockingClientCall;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;

/** Sends what is written as messages of a call; waits while the receiver is behind. */
final class CallOutputStream<Q> extends OutputStream {
    private static final int CHUNK = 256 << 10;

    private final BlockingClientCall<Q, ?> call;
    private final Message<Q> message;
    private final byte[] buffer = new byte[CHUNK];
    private int filled;

    CallOutputStream(BlockingClientCall<Q, ?> call, Message<Q> message) {
        this.call = call;
        this.message = message;
    }

    /** Puts bytes into a message. */
    interface Message<Q> {
        Q of(ByteString data);
    }

    /** The receiver has ended the call; its status says why. */
    static final class EndedException extends IOException {
        private static final long serialVersionUID = 1L;
    }

    @Override
    public void write(int value) throws IOException {
        write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        int from = offset;
        int left = length;
        while (left > 0) {
            int count = Math.min(left, CHUNK - filled);
            System.arraycopy(bytes, from, buffer, filled, count);
            filled += count;
            from += count;
            left -= count;
            if (filled == CHUNK) {
                send();
            }
        }
    }

    @Override
    public void close() throws IOException {
        if (filled > 0) {
            send();
        }
    }

    private void send() throws IOException {
        ByteString data = ByteString.copyFrom(buffer, 0, filled);
        filled = 0;
        try {
            if (!call.write(message.of(data))) {
                throw new EndedException();
            }
        } catch (StatusException ended) {
            throw new EndedException();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted");
        }
    }
}
