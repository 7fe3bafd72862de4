package dev.mulligan.guest.linux;

import java.io.Closeable;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * An open file descriptor that is ours to close.
 *
 * <p>One reader and one writer may use it at the same time. Closing does not wake a thread that is blocked in a read:
 * whoever closes makes sure that nobody is (the kernel would hand the number to the next file that is opened).
 */
public final class Descriptor implements Closeable {
    private static final int AF_UNIX = 1;
    private static final int SOCK_STREAM = 1;
    private static final int FIONREAD = 0x541B;

    private final int number;
    private final AtomicBoolean closed = new AtomicBoolean();

    public Descriptor(int number) {
        if (number < 0) {
            throw new IllegalArgumentException("descriptor: " + number + " (expected: >= 0)");
        }
        this.number = number;
    }

    /** The two ends of a new pipe; both vanish on exec. */
    public static Pipe pipe() throws KernelException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment ends = arena.allocate(8, 4);
            Kernel.call(SystemCall.PIPE2, ends.address(), Open.CLOEXEC);
            return new Pipe(
                    new Descriptor(ends.get(ValueLayout.JAVA_INT, 0)),
                    new Descriptor(ends.get(ValueLayout.JAVA_INT, 4)));
        }
    }

    /** The two ends of a new pair of connected stream sockets; both vanish on exec. socketpair(2). */
    public static SocketPair socketPair() throws KernelException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment ends = arena.allocate(8, 4);
            Kernel.call(SystemCall.SOCKETPAIR, AF_UNIX, SOCK_STREAM | Open.CLOEXEC, 0, ends.address());
            return new SocketPair(
                    new Descriptor(ends.get(ValueLayout.JAVA_INT, 0)),
                    new Descriptor(ends.get(ValueLayout.JAVA_INT, 4)));
        }
    }

    /** Opens a file to read it. */
    public static Descriptor openToRead(Path path) throws KernelException {
        return open(path, Open.READ_ONLY);
    }

    /** Opens a directory as a place, for calls that take one. */
    public static Descriptor openDirectory(Path path) throws KernelException {
        return open(path, Open.READ_ONLY | Open.DIRECTORY);
    }

    /** Opens a device to read and to write, neither of which waits: whoever has to, polls. */
    public static Descriptor openPort(Path path) throws KernelException {
        return open(path, Open.READ_WRITE | Open.NONBLOCK);
    }

    private static Descriptor open(Path path, int flags) throws KernelException {
        try (Arena arena = Arena.ofConfined()) {
            return new Descriptor((int) Kernel.call(
                    SystemCall.OPENAT,
                    Kernel.AT_FDCWD,
                    CString.of(arena, path.toString()).address(),
                    flags | Open.CLOEXEC));
        }
    }

    public int number() {
        return number;
    }

    /** read(2) into {@code target}; 0 is the end. */
    public int read(MemorySegment target) throws KernelException {
        return (int) Kernel.call(SystemCall.READ, number, target.address(), target.byteSize());
    }

    /** How many bytes can be read from a pipe or socket without waiting: ioctl_tty(2), FIONREAD. */
    public int available() throws KernelException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment count = arena.allocate(ValueLayout.JAVA_INT);
            ioctl(FIONREAD, count.address());
            return count.get(ValueLayout.JAVA_INT, 0);
        }
    }

    /** pread(2) from {@code offset} on; 0 is the end. */
    public int readAt(MemorySegment target, long offset) throws KernelException {
        return (int) Kernel.call(SystemCall.PREAD64, number, target.address(), target.byteSize(), offset);
    }

    /** Writes all of {@code source}, blocking as long as it takes. */
    public void write(MemorySegment source) throws KernelException {
        long done = 0;
        while (done < source.byteSize()) {
            done += Kernel.call(SystemCall.WRITE, number, source.address() + done, source.byteSize() - done);
        }
    }

    /** ioctl(2) whose argument is a word or an address. */
    public int ioctl(long request, long argument) throws KernelException {
        return (int) Kernel.call(SystemCall.IOCTL, number, request, argument);
    }

    /** Closes it, once; later calls do nothing. */
    @Override
    public void close() throws IOException {
        if (closed.compareAndSet(false, true)) {
            Kernel.call(SystemCall.CLOSE, number);
        }
    }

    /** Two sockets, each the other's peer. */
    public record SocketPair(Descriptor first, Descriptor second) {}

    /** A pipe's two ends. */
    public record Pipe(Descriptor readEnd, Descriptor writeEnd) {}
}
