package dev.mulligan.host.workspace.pack;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;

/**
 * System calls: syscall(2), with words in and a word out. They travel in the same registers whatever their declared width
 * (x86-64 and AArch64), so one method handle serves all.
 */
final class Libc {
    private static final Linker LINKER = Linker.nativeLinker();
    private static final StructLayout STATE = Linker.Option.captureStateLayout();
    private static final VarHandle ERRNO = STATE.varHandle(PathElement.groupElement("errno"));
    private static final int EINTR = 4;
    private static final MethodHandle SYSCALL = LINKER.downcallHandle(
            LINKER.defaultLookup().findOrThrow("syscall"),
            FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG),
            Linker.Option.captureCallState("errno"));
    private static final boolean X86_64 = System.getProperty("os.arch").equals("amd64");

    private final MemorySegment state;

    /** @param arena lives as long as this is used; by one thread at a time */
    Libc(Arena arena) {
        state = arena.allocate(STATE);
    }

    /** Those in use, with their numbers on x86-64 and AArch64. */
    enum Call {
        CLOSE(3, 57),
        GETDENTS64(217, 61),
        OPENAT(257, 56),
        READ(0, 63),
        READLINKAT(267, 78),
        STATX(332, 291);

        private final int number;

        Call(int onX86, int onArm) {
            number = X86_64 ? onX86 : onArm;
        }
    }

    long call(Call call, long first, long second, long third, long fourth, long fifth) throws Errno {
        while (true) {
            long result = invoke(call, first, second, third, fourth, fifth);
            if (result != -1) {
                return result;
            }
            int errno = (int) ERRNO.get(state, 0L);
            // After an interrupted close the descriptor is gone all the same (close(2)).
            if (errno != EINTR || call == Call.CLOSE) {
                throw new Errno(call.name().toLowerCase(java.util.Locale.ROOT), errno);
            }
        }
    }

    private long invoke(Call call, long first, long second, long third, long fourth, long fifth) {
        try {
            return (long) SYSCALL.invokeExact(state, (long) call.number, first, second, third, fourth, fifth);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new AssertionError("a downcall throws nothing checked", e);
        }
    }
}
