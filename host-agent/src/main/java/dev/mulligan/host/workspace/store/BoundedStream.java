package dev.mulligan.host.workspace.store;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** A stream that fails if it has more than was declared: nobody reads on to see how much. */
final class BoundedStream extends FilterInputStream {
    private final long declared;
    private long count;

    BoundedStream(InputStream stream, long declared) {
        super(stream);
        this.declared = declared;
    }

    @Override
    public int read() throws IOException {
        int one = super.read();
        if (one >= 0) {
            add(1);
        }
        return one;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        int read = super.read(target, offset, length);
        if (read > 0) {
            add(read);
        }
        return read;
    }

    private void add(int read) throws IOException {
        count += read;
        if (count > declared) {
            throw new IOException("more bytes than declared (expected: " + declared + ")");
        }
    }
}
