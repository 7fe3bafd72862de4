package dev.mulligan.guest.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Waits until one of several descriptors can be read: ppoll(2). A descriptor at its end, or with an error, counts as
 * readable. For one thread at a time.
 */
public final class Poll {
    private static final int ENTRY = 8;
    private static final short READABLE = 1;

    private final int count;
    private final MemorySegment entries;
    private final MemorySegment atOnce;

    /** Watches these; they are known by their place from now on, and not closed by this. */
    public Poll(Descriptor... watched) {
        Arena arena = Arena.ofAuto();
        this.count = watched.length;
        this.entries = arena.allocate((long) ENTRY * count, 8);
        // struct timespec of zero.
        this.atOnce = arena.allocate(16, 8);
        for (int place = 0; place < count; place++) {
            entries.set(JAVA_INT, (long) place * ENTRY, watched[place].number());
            entries.set(JAVA_SHORT, (long) place * ENTRY + 4, READABLE);
        }
    }

    /** Blocks until one of them is ready. */
    public void await() throws KernelException {
        Kernel.call(SystemCall.PPOLL, entries.address(), count, 0, 0, 0);
    }

    /** Looks without waiting. */
    public void look() throws KernelException {
        Kernel.call(SystemCall.PPOLL, entries.address(), count, atOnce.address(), 0, 0);
    }

    /** Whether the descriptor at that place was ready when {@link #await} or {@link #look} returned. */
    public boolean isReady(int place) {
        return entries.get(JAVA_SHORT, (long) place * ENTRY + 6) != 0;
    }

    /** Watches that one no more. */
    public void forget(int place) {
        entries.set(JAVA_INT, (long) place * ENTRY, -1);
        entries.set(JAVA_SHORT, (long) place * ENTRY + 6, (short) 0);
    }
}
