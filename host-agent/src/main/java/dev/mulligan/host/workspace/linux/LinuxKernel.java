package dev.mulligan.host.workspace.linux;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;

/** The real one: syscall(2), with all arguments as machine words. Safe on any thread; blocks it. */
final class LinuxKernel implements Kernel {
    private static final Linker LINKER = Linker.nativeLinker();
    private static final StructLayout STATE = Linker.Option.captureStateLayout();
    private static final VarHandle ERRNO = STATE.varHandle(PathElement.groupElement("errno"));
    private static final MethodHandle SYSCALL = LINKER.downcallHandle(
            LINKER.defaultLookup().findOrThrow("syscall"),
            FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG),
            Linker.Option.captureCallState("errno"));

    @Override
    public long call(SystemCall call, long... arguments) throws KernelException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(STATE);
            while (true) {
                long result = invoke(state, call.number(), arguments);
                if (result != -1) {
                    return result;
                }
                int errno = (int) ERRNO.get(state, 0L);
                // After an interrupted close the descriptor is gone all the same (close(2)); again would hit another's.
                if (Errno.of(errno) != Errno.EINTR || call == SystemCall.CLOSE) {
                    throw new KernelException(call.name(), errno);
                }
            }
        }
    }

    private static long invoke(MemorySegment state, int number, long[] words) {
        try {
            return (long) SYSCALL.invokeExact(
                    state,
                    (long) number,
                    word(words, 0),
                    word(words, 1),
                    word(words, 2),
                    word(words, 3),
                    word(words, 4));
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new AssertionError("a downcall throws nothing checked", e);
        }
    }

    private static long word(long[] words, int index) {
        return index < words.length ? words[index] : 0;
    }
}
