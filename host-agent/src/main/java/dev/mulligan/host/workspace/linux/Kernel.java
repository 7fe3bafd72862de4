package dev.mulligan.host.workspace.linux;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.ValueLayout;

/**
 * Makes system calls. {@link Place} gives them names and types; nothing outside of this package calls the kernel by
 * number.
 */
@FunctionalInterface
interface Kernel {
    /** For the *at calls: relative to the working directory, that is, of no effect on an absolute path. */
    int AT_FDCWD = -100;

    /** The one that this process runs on. */
    Kernel LINUX = new LinuxKernel();

    /**
     * Calls the kernel, again if a signal interrupted it.
     *
     * @return what the call returned, never -1
     * @throws KernelException if the kernel refuses
     */
    long call(SystemCall call, long... arguments) throws KernelException;

    /** Bytes with a NUL behind them, as C reads them. */
    static MemorySegment text(SegmentAllocator allocator, byte[] bytes) {
        MemorySegment copy = allocator.allocate(bytes.length + 1L);
        MemorySegment.copy(bytes, 0, copy, ValueLayout.JAVA_BYTE, 0, bytes.length);
        return copy;
    }
}
