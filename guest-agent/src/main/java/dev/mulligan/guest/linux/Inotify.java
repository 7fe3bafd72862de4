package dev.mulligan.guest.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.io.Closeable;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Tells what changes in directories: inotify(7). For one thread. */
public final class Inotify implements Closeable {
    public static final int MODIFIED = 0x2;
    public static final int ATTRIBUTES = 0x4;
    public static final int MOVED_FROM = 0x40;
    public static final int MOVED_TO = 0x80;
    public static final int CREATED = 0x100;
    public static final int DELETED = 0x200;
    public static final int OVERFLOW = 0x4000;
    public static final int IGNORED = 0x8000;
    public static final int IS_DIRECTORY = 0x40000000;

    private static final int ONLY_DIRECTORY = 0x01000000;
    private static final int DONT_FOLLOW = 0x02000000;
    private static final int WANTED = MODIFIED | ATTRIBUTES | MOVED_FROM | MOVED_TO | CREATED | DELETED;
    private static final int BUFFER = 64 * 1024;
    private static final int HEADER = 16;
    private static final short READABLE = 1;

    private final Descriptor descriptor;
    private final Arena arena = Arena.ofConfined();
    private final MemorySegment buffer = arena.allocate(BUFFER, 8);

    /** To be used, and closed, by the thread that makes it. */
    public Inotify() throws KernelException {
        this.descriptor = new Descriptor((int) Kernel.call(SystemCall.INOTIFY_INIT1, Open.CLOEXEC | Open.NONBLOCK));
    }

    /** One thing that happened. */
    public static final class Event {
        private final int watch;
        private final int mask;
        private final byte[] name;

        private Event(int watch, int mask, byte[] name) {
            this.watch = watch;
            this.mask = mask;
            this.name = name;
        }

        /** Where, as {@link #add} returned it; -1 for an overflow. */
        public int watch() {
            return watch;
        }

        /** To what in that directory; empty if to the directory itself. */
        public byte[] name() {
            return name.clone();
        }

        /** Whether it is one of these. */
        public boolean is(int bits) {
            return (mask & bits) != 0;
        }
    }

    /** Watches a directory, which must not be reached through a link in its last component. */
    public int add(byte[] path, boolean follow) throws KernelException {
        try (Arena call = Arena.ofConfined()) {
            return (int) Kernel.call(
                    SystemCall.INOTIFY_ADD_WATCH,
                    descriptor.number(),
                    CString.of(call, path).address(),
                    WANTED | ONLY_DIRECTORY | (follow ? 0 : DONT_FOLLOW));
        }
    }

    public void remove(int watch) throws KernelException {
        Kernel.call(SystemCall.INOTIFY_RM_WATCH, descriptor.number(), watch);
    }

    /** What happened, oldest first; waits for the first one, {@code patience} at most. */
    public List<Event> poll(Duration patience) throws KernelException {
        List<Event> events = new ArrayList<>();
        if (!isReadable(patience)) {
            return events;
        }
        int length = descriptor.read(buffer);
        // struct inotify_event: watch, mask, cookie, length of the name, the name with NULs behind it.
        for (int at = 0; at < length; ) {
            int padded = buffer.get(JAVA_INT, at + 12);
            byte[] name = buffer.asSlice(at + HEADER, padded).toArray(JAVA_BYTE);
            int end = 0;
            while (end < padded && name[end] != 0) {
                end++;
            }
            events.add(new Event(buffer.get(JAVA_INT, at), buffer.get(JAVA_INT, at + 4), Arrays.copyOf(name, end)));
            at += HEADER + padded;
        }
        return events;
    }

    private boolean isReadable(Duration patience) throws KernelException {
        try (Arena call = Arena.ofConfined()) {
            MemorySegment request = call.allocate(8, 8);
            request.set(JAVA_INT, 0, descriptor.number());
            request.set(ValueLayout.JAVA_SHORT, 4, READABLE);
            MemorySegment timeout = call.allocate(16, 8);
            timeout.set(ValueLayout.JAVA_LONG, 0, patience.toSeconds());
            timeout.set(ValueLayout.JAVA_LONG, 8, patience.toNanosPart());
            return Kernel.call(SystemCall.PPOLL, request.address(), 1, timeout.address(), 0, 0) > 0;
        }
    }

    @Override
    public void close() throws IOException {
        arena.close();
        descriptor.close();
    }
}
