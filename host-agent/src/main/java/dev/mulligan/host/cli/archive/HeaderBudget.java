package dev.mulligan.host.cli.archive;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/**
 * Lets a reader of headers read only so much: extended headers and long names are kept in memory by the tar reader, in
 * whatever size the archive says.
 */
final class HeaderBudget extends FilterInputStream {
    private static final long UNLIMITED = Long.MAX_VALUE;

    private long left = UNLIMITED;

    HeaderBudget(InputStream input) {
        super(input);
    }

    /** From now on a header is read. */
    void limit(long bytes) {
        left = bytes;
    }

    /** From now on content is read, which is bounded elsewhere. */
    void lift() {
        left = UNLIMITED;
    }

    @Override
    public int read() throws IOException {
        spend(1);
        return super.read();
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        int count = super.read(buffer, offset, length);
        spend(Math.max(0, count));
        return count;
    }

    @Override
    public long skip(long count) throws IOException {
        long skipped = super.skip(count);
        spend(skipped);
        return skipped;
    }

    private void spend(long count) throws IOException {
        if (left != UNLIMITED) {
            left -= count;
            if (left < 0) {
                throw new IOException("archive with a header that is too large");
            }
        }
    }
}
