package dev.mulligan.guest.transport;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketAddress;
import java.nio.ByteBuffer;

/**
 * One connection over the port, in the shape that the gRPC transport takes. No operating system socket is behind it:
 * its streams read and write the port directly.
 */
final class PortSocket extends Socket {
    /** What the kernel's driver takes in one write. */
    private static final int WRITE_BYTES = 32 << 10;

    private final HostLink link;
    private final long epoch;

    PortSocket(HostLink link, long epoch) {
        this.link = link;
        this.epoch = epoch;
    }

    @Override
    public InputStream getInputStream() {
        return new InputStream() {
            @Override
            public int read() throws IOException {
                byte[] one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
            }

            @Override
            public int read(byte[] target, int offset, int length) throws IOException {
                return length == 0 ? 0 : link.read(epoch, target, offset, length);
            }

            @Override
            public void close() {
                PortSocket.this.close();
            }
        };
    }

    @Override
    public OutputStream getOutputStream() {
        return new PortOutput();
    }

    /**
     * Gathers what gRPC comes with, 8 KiB at a time, in memory that the kernel takes it from. For one thread at a time, as
     * gRPC uses it.
     */
    private final class PortOutput extends OutputStream {
        private final ByteBuffer gathered = ByteBuffer.allocateDirect(WRITE_BYTES);

        @Override
        public void write(int value) throws IOException {
            write(new byte[] {(byte) value}, 0, 1);
        }

        @Override
        public void write(byte[] source, int offset, int length) throws IOException {
            int done = 0;
            while (done < length) {
                int count = Math.min(length - done, gathered.remaining());
                gathered.put(source, offset + done, count);
                done += count;
                if (!gathered.hasRemaining()) {
                    flush();
                }
            }
        }

        @Override
        public void flush() throws IOException {
            if (gathered.position() == 0) {
                return;
            }
            try {
                link.write(epoch, gathered.flip());
            } finally {
                gathered.clear();
            }
        }

        /** Sends what is left first: gRPC closes without a flush. */
        @Override
        public void close() throws IOException {
            try {
                flush();
            } finally {
                PortSocket.this.close();
            }
        }
    }

    /** Ends the connection; the port stays open for the next. */
    @Override
    public void close() {
        link.end(epoch);
    }

    @Override
    public boolean isClosed() {
        return !link.isCurrent(epoch);
    }

    @Override
    public boolean isConnected() {
        return true;
    }

    @Override
    public boolean isBound() {
        return true;
    }

    @Override
    public void setTcpNoDelay(boolean on) {
        // Bytes go to the kernel as they come.
    }

    @Override
    public void setSoTimeout(int timeout) {
        // Only HTTP/2's own keep-alive ends a silent connection.
    }

    @Override
    public SocketAddress getLocalSocketAddress() {
        return PortAddress.INSTANCE;
    }

    @Override
    public SocketAddress getRemoteSocketAddress() {
        return PortAddress.INSTANCE;
    }
}
