package dev.mulligan.guest.linux;

import java.lang.foreign.MemorySegment;

/**
 * Makes system calls: syscall(2).
 *
 * <p>Arguments are words: integers as they are, pointers as {@link MemorySegment#address()}; the caller keeps the
 * segments alive. Safe on any thread; a call that blocks occupies its platform thread, so nothing here belongs on a
 * virtual one.
 */
public final class Kernel {
    /** For the *at calls: relative to the working directory, that is, of no effect on an absolute path. */
    public static final int AT_FDCWD = -100;

    static final MemorySegment SYSCALL = Downcall.find("syscall");

    private Kernel() {}

    /**
     * Calls the kernel, again if a signal interrupted it.
     *
     * @return what the call returned, never -1
     * @throws KernelException if the kernel refuses
     */
    public static long call(SystemCall call, long... arguments) throws KernelException {
        long result = attempt(call, arguments);
        if (result < 0) {
            throw new KernelException(call.name(), Downcall.errno());
        }
        return result;
    }

    /**
     * As {@link #call} for a call that returns a count and is often refused for the moment: no exception is made for that.
     *
     * @return what the call returned; -1 if a descriptor is not to be waited for and would have to be (EAGAIN)
     * @throws KernelException if the kernel refuses for another reason
     */
    public static long callIfReady(SystemCall call, long... arguments) throws KernelException {
        long result = attempt(call, arguments);
        if (result < 0 && Errno.of(Downcall.errno()) != Errno.EAGAIN) {
            throw new KernelException(call.name(), Downcall.errno());
        }
        return result;
    }

    /** What the kernel says, asked again if a signal interrupted it. */
    private static long attempt(SystemCall call, long... arguments) {
        while (true) {
            long result = Downcall.call(
                    SYSCALL,
                    call.number(),
                    word(arguments, 0),
                    word(arguments, 1),
                    word(arguments, 2),
                    word(arguments, 3),
                    word(arguments, 4),
                    word(arguments, 5));
            // After an interrupted close the descriptor is gone all the same (close(2)); again would hit another's.
            if (result != -1 || Errno.of(Downcall.errno()) != Errno.EINTR || call == SystemCall.CLOSE) {
                return result;
            }
        }
    }

    /** The effective user id of this process. */
    public static int effectiveUserId() {
        try {
            return (int) call(SystemCall.GETEUID);
        } catch (KernelException e) {
            throw new AssertionError("geteuid(2) cannot fail", e);
        }
    }

    private static long word(long[] arguments, int index) {
        return index < arguments.length ? arguments[index] : 0;
    }
}
