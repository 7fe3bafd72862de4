package dev.mulligan.host.cli;

import com.google.protobuf.ByteString;
import io.grpc.StatusException;
import io.grpc.stub.BlockingClientCall;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.function.Function;

/** Reads the bytes in the messages of a call, which are asked for as they are read. */
final class CallInputStream<R> extends InputStream {
    private final BlockingClientCall<?, R> call;
    private final Function<R, ByteString> data;
    private ByteString current = ByteString.EMPTY;
    private int position;

    CallInputStream(BlockingClientCall<?, R> call, Function<R, ByteString> data) {
        this.call = call;
        this.data = data;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        while (position == current.size()) {
            R next = next();
            if (next == null) {
                return -1;
            }
            current = data.apply(next);
            position = 0;
        }
        int count = Math.min(length, current.size() - position);
        current.substring(position, position + count).copyTo(buffer, offset);
        position += count;
        return count;
    }

    @Override
    public void close() {
        call.cancel("no longer needed", null);
    }

    private @org.jspecify.annotations.Nullable R next() throws IOException {
        try {
            return call.read();
        } catch (StatusException failed) {
            throw new CallFailedException(failed);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted");
        }
    }

    /** Carries the status through interfaces that know only I/O. */
    static final class CallFailedException extends IOException {
        private static final long serialVersionUID = 1L;

        private final StatusException status;

        CallFailedException(StatusException status) {
            super(status.getMessage(), status);
            this.status = status;
        }

        StatusException status() {
            return status;
        }
    }
}
