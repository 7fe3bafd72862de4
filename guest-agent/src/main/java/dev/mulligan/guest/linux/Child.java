package dev.mulligan.guest.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Duration;

/** A process that we started: its end, signals to it, and what it leaves behind: pidfd_open(2), kill(2), wait4(2). */
public final class Child {
    private static final int WNOHANG = 1;
    private static final int RESOURCE_USAGE = 144;

    private Child() {}

    /**
     * A descriptor that becomes readable when the process has ended: pidfd_open(2). Until it is reaped its id and its
     * group stay its own.
     */
    public static Descriptor watch(int pid) throws KernelException {
        return new Descriptor((int) Kernel.call(SystemCall.PIDFD_OPEN, pid, 0));
    }

    /** Takes the status of a process that has ended; its id is free afterwards. */
    public static Status reap(int pid) throws KernelException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment status = arena.allocate(8, 8);
            MemorySegment usage = arena.allocate(RESOURCE_USAGE, 8);
            Kernel.call(SystemCall.WAIT4, pid, status.address(), 0, usage.address());
            int word = status.get(JAVA_INT, 0);
            int signal = word & 0x7f;
            Duration cpuTime = time(usage, 0).plus(time(usage, 16));
            return new Status(signal == 0 ? (word >> 8) & 0xff : 0, signal, cpuTime, usage.get(JAVA_LONG, 32) * 1024);
        }
    }

    /** Takes the status of a process if it is ours and has ended; otherwise does nothing. */
    public static void reapIfEnded(int pid) {
        try {
            Kernel.call(SystemCall.WAIT4, pid, 0, WNOHANG, 0);
        } catch (KernelException e) {
            // Not our child: somebody else reaps it.
        }
    }

    /** Sends a signal; to the whole process group if {@code pid} is negative. A process that is gone is fine. */
    public static void signal(int pid, int signal) throws KernelException {
        try {
            Kernel.call(SystemCall.KILL, pid, signal);
        } catch (KernelException e) {
            if (e.errno() != Errno.ESRCH) {
                throw e;
            }
        }
    }

    private static Duration time(MemorySegment usage, long offset) {
        return Duration.ofSeconds(usage.get(JAVA_LONG, offset), usage.get(JAVA_LONG, offset + 8) * 1_000);
    }

    /**
     * How a process ended.
     *
     * @param exitCode 0 to 255; 0 if a signal ended it
     * @param signal 0 if it ended by itself
     * @param cpuTime of the process and the descendants it waited for
     * @param peakMemoryBytes resident, of the largest single process
     */
    public record Status(int exitCode, int signal, Duration cpuTime, long peakMemoryBytes) {}
}
