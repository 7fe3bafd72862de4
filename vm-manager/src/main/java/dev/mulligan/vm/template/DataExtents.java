package dev.mulligan.vm.template;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;

/** Where a file has data, and where only holes: lseek(2) with SEEK_DATA, which Java lacks. Linux on 64 bits. */
final class DataExtents implements AutoCloseable {
    private static final int READ_ONLY_CLOEXEC = 0x80000;
    private static final int SEEK_DATA = 3;
    private static final long STEP = 1 << 16;
    private static final SymbolLookup LIBC = Linker.nativeLinker().defaultLookup();
    private static final MethodHandle OPEN =
            handle("open", FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_INT));
    private static final MethodHandle SEEK = handle(
            "lseek",
            FunctionDescriptor.of(
                    ValueLayout.JAVA_LONG, ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG, ValueLayout.JAVA_INT));
    private static final MethodHandle CLOSE =
            handle("close", FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));

    private final int descriptor;

    DataExtents(Path file) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment name = arena.allocateFrom(file.toString());
            descriptor = (int) OPEN.invokeExact(name, READ_ONLY_CLOEXEC);
        } catch (Throwable impossible) {
            throw new AssertionError("open(2) does not throw", impossible);
        }
        if (descriptor < 0) {
            throw new IOException("open: " + file + " (expected: a readable file)");
        }
    }

    /** How many bytes of a file are no holes, counted in steps of 64 KiB. */
    static long bytes(Path file) throws IOException {
        long bytes = 0;
        long size = Files.size(file);
        try (var data = new DataExtents(file)) {
            for (long position = data.next(0, size); position < size; position = data.next(position + STEP, size)) {
                bytes += Math.min(STEP, size - position);
            }
        }
        return bytes;
    }

    private static MethodHandle handle(String name, FunctionDescriptor descriptor) {
        return Linker.nativeLinker().downcallHandle(LIBC.findOrThrow(name), descriptor);
    }

    /** The next position with data, from this one on; {@code size} if there is none. */
    long next(long position, long size) {
        if (position >= size) {
            return size;
        }
        try {
            long found = (long) SEEK.invokeExact(descriptor, position, SEEK_DATA);
            // ENXIO: nothing but holes up to the end.
            return found < 0 ? size : found;
        } catch (Throwable impossible) {
            throw new AssertionError("lseek(2) does not throw", impossible);
        }
    }

    @Override
    public void close() {
        try {
            int ignored = (int) CLOSE.invokeExact(descriptor);
            assert ignored <= 0;
        } catch (Throwable impossible) {
            throw new AssertionError("close(2) does not throw", impossible);
        }
    }
}
