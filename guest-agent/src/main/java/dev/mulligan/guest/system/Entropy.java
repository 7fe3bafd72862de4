package dev.mulligan.guest.system;

import dev.mulligan.guest.linux.CString;
import dev.mulligan.guest.linux.Descriptor;
import dev.mulligan.guest.linux.Kernel;
import dev.mulligan.guest.linux.Open;
import dev.mulligan.guest.linux.SystemCall;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * The kernel's random numbers: random(4). Two machines that continue from one checkpoint would otherwise draw the same.
 */
final class Entropy {
    private static final int ADD_ENTROPY = 0x40085203;
    private static final int RESEED = 0x5207;
    private static final int HEADER = 8;

    private Entropy() {}

    /** Mixes the bytes in, counts them as random, and makes the generator use them at once. */
    static void add(byte[] bytes) throws IOException {
        try (Arena arena = Arena.ofConfined();
                Descriptor random = new Descriptor((int) Kernel.call(
                        SystemCall.OPENAT,
                        Kernel.AT_FDCWD,
                        CString.of(arena, "/dev/urandom").address(),
                        Open.WRITE_ONLY | Open.CLOEXEC))) {
            // struct rand_pool_info: how many bits are random, how many bytes follow, the bytes.
            MemorySegment pool = arena.allocate(HEADER + (long) bytes.length, 8);
            pool.set(ValueLayout.JAVA_INT, 0, bytes.length * 8);
            pool.set(ValueLayout.JAVA_INT, 4, bytes.length);
            MemorySegment.copy(bytes, 0, pool, ValueLayout.JAVA_BYTE, HEADER, bytes.length);
            random.ioctl(ADD_ENTROPY, pool.address());
            random.ioctl(RESEED, 0);
        }
    }
}
