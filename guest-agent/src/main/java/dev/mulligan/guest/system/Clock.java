package dev.mulligan.guest.system;

import dev.mulligan.guest.linux.Kernel;
import dev.mulligan.guest.linux.KernelException;
import dev.mulligan.guest.linux.SystemCall;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Instant;

/** The guest's wall clock: clock_settime(2). A machine that was stopped in time comes back in the past. */
final class Clock {
    private static final int REALTIME = 0;

    private Clock() {}

    static void set(Instant time) throws KernelException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment value = arena.allocate(16, 8);
            value.set(ValueLayout.JAVA_LONG, 0, time.getEpochSecond());
            value.set(ValueLayout.JAVA_LONG, 8, time.getNano());
            Kernel.call(SystemCall.CLOCK_SETTIME, REALTIME, value.address());
        }
    }
}
