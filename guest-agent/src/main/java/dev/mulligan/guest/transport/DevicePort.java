package dev.mulligan.guest.transport;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;

/**
 * A virtio-serial port of the Linux kernel (drivers/char/virtio_console.c): a read returns 0 at once while the host's
 * end is closed, a write blocks as long, and a second open is refused.
 */
final class DevicePort implements Port {
    // Unlike a channel on a file, it does not serialise reading and writing.
    private final RandomAccessFile file;

    DevicePort(Path device) throws IOException {
        this.file = new RandomAccessFile(device.toFile(), "rw");
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        return file.read(target, offset, length);
    }

    @Override
    public void write(byte[] source, int offset, int length) throws IOException {
        file.write(source, offset, length);
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
