package dev.mulligan.vm.libvirt.moment;

import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.NativeLong;
import com.sun.jna.Pointer;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Memory of this process that is in no file, with unreadable pages before and behind it, as QEMU has its own: mmap(2).
 *
 * @param whole with those two pages
 * @param size without them
 */
record AnonymousMapping(Pointer whole, int size) implements AutoCloseable {
    private static final int NONE = 0;
    private static final int READ_WRITE = 3;
    private static final int PRIVATE_ANONYMOUS = 0x22;
    private static final MemoryCalls LIBC = Native.load("c", MemoryCalls.class);

    /** Its methods are called as in C. */
    interface MemoryCalls extends Library {
        Pointer mmap(@Nullable Pointer address, NativeLong length, int access, int flags, int file, NativeLong offset);

        int mprotect(Pointer address, NativeLong length, int access);

        int munmap(Pointer address, NativeLong length);
    }

    static AnonymousMapping of(int size) {
        Pointer whole = LIBC.mmap(null, length(size), NONE, PRIVATE_ANONYMOUS, -1, new NativeLong(0));
        if (LIBC.mprotect(whole.share(Pages.SIZE), new NativeLong(size), READ_WRITE) != 0) {
            throw new AssertionError("no mapping of " + size + " bytes");
        }
        return new AnonymousMapping(whole, size);
    }

    private static NativeLong length(int size) {
        return new NativeLong(size + 2L * Pages.SIZE);
    }

    ByteBuffer content() {
        return whole.getByteBuffer(Pages.SIZE, size);
    }

    @Override
    public void close() {
        if (LIBC.munmap(whole, length(size)) != 0) {
            throw new AssertionError("not unmapped");
        }
    }
}
