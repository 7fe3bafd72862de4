package dev.mulligan.guest.linux;

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
 * The one way from Java into C: seven machine words in, one out.
 *
 * <p>Every C function used here takes integers and pointers only, and on Linux (x86-64 and AArch64) these travel in
 * the same registers whatever their declared width; words that a function does not expect are ignored. So one method
 * handle serves them all. That is not for brevity: linking a handle costs milliseconds, ten times more in an emulated
 * guest, and this way it is paid once.
 */
final class Downcall {
    private static final Linker LINKER = Linker.nativeLinker();
    private static final StructLayout STATE = Linker.Option.captureStateLayout();
    private static final VarHandle ERRNO = STATE.varHandle(PathElement.groupElement("errno"));
    private static final MethodHandle HANDLE = LINKER.downcallHandle(
            FunctionDescriptor.of(
                    JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG),
            Linker.Option.captureCallState("errno"));

    /** Where a call on this thread leaves its error number. */
    private static final ThreadLocal<MemorySegment> CALL_STATE =
            ThreadLocal.withInitial(() -> Arena.ofAuto().allocate(STATE));

    private Downcall() {}

    /** A function of the C library. */
    static MemorySegment find(String name) {
        return LINKER.defaultLookup()
                .find(name)
                .orElseThrow(() -> new UnsatisfiedLinkError(
                        "C library: no function " + name + " (expected: glibc 2.34 or newer)"));
    }

    static long call(
            MemorySegment function,
            long first,
            long second,
            long third,
            long fourth,
            long fifth,
            long sixth,
            long last) {
        try {
            return (long)
                    HANDLE.invokeExact(function, CALL_STATE.get(), first, second, third, fourth, fifth, sixth, last);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new AssertionError("a downcall throws nothing checked", e);
        }
    }

    /** The error number that the last call on this thread left. */
    static int errno() {
        return (int) ERRNO.get(CALL_STATE.get(), 0L);
    }
}
