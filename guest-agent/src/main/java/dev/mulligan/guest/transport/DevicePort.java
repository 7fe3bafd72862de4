package dev.mulligan.guest.transport;

import dev.mulligan.guest.linux.Descriptor;
import dev.mulligan.guest.linux.Kernel;
import dev.mulligan.guest.linux.KernelException;
import dev.mulligan.guest.linux.Poll;
import dev.mulligan.guest.linux.SystemCall;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/**
 * A virtio-serial port of the Linux kernel (drivers/char/virtio_console.c): a read returns 0 at once while the host's
 * end is closed, a write has to wait as long, and a second open is refused.
 *
 * <p>The driver hands out what comes in buffers of a page, one for each read. So a read here takes as many as there are,
 * by readv(2), and waits only if there are none: that is why the port is opened not to be waited for.
 */
final class DevicePort implements Port {
    private static final int PAGE = 4096;
    private static final int PAGES = 16;
    private static final int IOVEC = 16;

    /** Between two looks whether a host that is away has come back. */
    private static final int POLL_MILLIS = 5;

    private final Descriptor port;
    private final Arena arena = Arena.ofAuto();

    /** What one readv(2) brought, of which {@link #from} to {@link #to} nobody has taken yet: the reader's own. */
    private final MemorySegment pages = arena.allocate((long) PAGES * PAGE, PAGE);

    private final MemorySegment vector = arena.allocate((long) PAGES * IOVEC, Long.BYTES);
    private int from;
    private int to;

    DevicePort(Path device) throws KernelException {
        this.port = Descriptor.openPort(device);
        for (int page = 0; page < PAGES; page++) {
            vector.set(ValueLayout.JAVA_LONG, (long) page * IOVEC, pages.address() + (long) page * PAGE);
            vector.set(ValueLayout.JAVA_LONG, (long) page * IOVEC + Long.BYTES, PAGE);
        }
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        if (from == to) {
            from = 0;
            to = fill();
        }
        int count = Math.min(length, to - from);
        MemorySegment.copy(pages, ValueLayout.JAVA_BYTE, from, target, offset, count);
        from += count;
        return count;
    }

    private int fill() throws KernelException {
        while (true) {
            long count = Kernel.callIfReady(SystemCall.READV, port.number(), vector.address(), PAGES);
            if (count >= 0) {
                return (int) count;
            }
            Poll.await(port, Poll.READABLE);
        }
    }

    @Override
    public void write(ByteBuffer source) throws IOException {
        if (source.isDirect()) {
            writeAll(MemorySegment.ofBuffer(source));
            source.position(source.limit());
            return;
        }
        try (Arena copy = Arena.ofConfined()) {
            MemorySegment bytes = copy.allocate(source.remaining());
            bytes.asByteBuffer().put(source);
            writeAll(bytes);
        }
    }

    private void writeAll(MemorySegment source) throws IOException {
        long done = 0;
        while (done < source.byteSize()) {
            long count = Kernel.callIfReady(
                    SystemCall.WRITE, port.number(), source.address() + done, source.byteSize() - done);
            if (count >= 0) {
                done += count;
            } else if (!Poll.await(port, Poll.WRITABLE)) {
                awaitHost();
            }
        }
    }

    /** The kernel tells at once that nobody is there, and not when somebody comes. */
    private static void awaitHost() throws InterruptedIOException {
        try {
            Thread.sleep(POLL_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("port: interrupted while nobody was at its other end");
        }
    }

    @Override
    public void close() throws IOException {
        port.close();
    }
}
