package dev.mulligan.guest.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.io.Closeable;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;

/** Waits until one of several descriptors has something to tell: ppoll(2). For the thread that makes it. */
public final class Poll implements Closeable {
    private static final int ENTRY = 8;

    /** There is something to read: POLLIN. */
    public static final short READABLE = 1;

    /** There is room to write: POLLOUT. */
    public static final short WRITABLE = 4;

    private final Arena arena = Arena.ofConfined();
    private final MemorySegment entries;
    private final int count;

    /**
     * Blocks until one descriptor is {@link #READABLE} or {@link #WRITABLE}, has ended, or is broken.
     *
     * @return whether it is what was asked for
     */
    public static boolean await(Descriptor descriptor, short event) throws KernelException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment entry = arena.allocate(ENTRY, 8);
            entry.set(JAVA_INT, 0, descriptor.number());
            entry.set(JAVA_SHORT, 4, event);
            Kernel.call(SystemCall.PPOLL, entry.address(), 1, 0, 0, 0);
            return (entry.get(JAVA_SHORT, 6) & event) != 0;
        }
    }

    /** Of these; they are called by their position from now on. */
    public Poll(List<Descriptor> descriptors) {
        this.count = descriptors.size();
        this.entries = arena.allocate((long) ENTRY * count, 8);
        for (int index = 0; index < count; index++) {
            entries.set(JAVA_INT, (long) ENTRY * index, descriptors.get(index).number());
            entries.set(JAVA_SHORT, (long) ENTRY * index + 4, READABLE);
        }
    }

    /** Blocks until at least one is readable, has ended, or is broken. */
    public void await() throws KernelException {
        Kernel.call(SystemCall.PPOLL, entries.address(), count, 0, 0, 0);
    }

    /** Looks without waiting. */
    public void look() throws KernelException {
        MemorySegment atOnce = arena.allocate(16, 8);
        Kernel.call(SystemCall.PPOLL, entries.address(), count, atOnce.address(), 0, 0);
    }

    /** Whether {@link #await} or {@link #look} last found something there. */
    public boolean isReady(int index) {
        return entries.get(JAVA_SHORT, (long) ENTRY * index + 6) != 0;
    }

    /** Looks at this one no more. */
    public void drop(int index) {
        // A negative descriptor is passed over.
        entries.set(JAVA_INT, (long) ENTRY * index, -1);
        entries.set(JAVA_SHORT, (long) ENTRY * index + 6, (short) 0);
    }

    @Override
    public void close() {
        arena.close();
    }
}
