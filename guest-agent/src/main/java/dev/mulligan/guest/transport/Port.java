package dev.mulligan.guest.transport;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/**
 * The one byte stream between this guest and its host, opened once and kept for the life of the machine while hosts
 * come and go at the other end.
 *
 * <p>One thread may read while another writes.
 */
public interface Port extends Closeable {
    /** A virtio-serial port: a character device below /dev/virtio-ports. */
    static Port device(Path device) throws IOException {
        return new DevicePort(device);
    }

    /** A unix socket that this program listens on, in place of the device: one host at a time, as on the port. */
    static Port unix(Path socket) throws IOException {
        return new UnixPort(socket);
    }

    /** Blocks for at least one byte; -1 while nobody is at the other end. */
    int read(byte[] target, int offset, int length) throws IOException;

    /** Writes everything, blocking while the other end is away or slow. */
    void write(ByteBuffer source) throws IOException;
}
