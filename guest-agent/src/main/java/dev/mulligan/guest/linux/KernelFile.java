package dev.mulligan.guest.linux;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * What the kernel says in a small file, below /proc, /sys or in a cgroup. Read at once: numbers below /proc/sys are told
 * to the first read only, and whoever takes one byte of them first, as {@link java.nio.file.Files} does, learns one digit.
 */
public final class KernelFile {
    private static final int BYTES = 4096;

    private KernelFile() {}

    /** The beginning of it, without white space around; 4 KiB at most. */
    public static String read(Path path) throws IOException {
        try (Arena arena = Arena.ofConfined();
                Descriptor file = Descriptor.openToRead(path)) {
            return read(file, arena.allocate(BYTES)).strip();
        }
    }

    /** The beginning of one that is open, as much as {@code buffer} holds. */
    public static String read(Descriptor file, MemorySegment buffer) throws KernelException {
        int count = file.readAt(buffer, 0);
        byte[] bytes = new byte[count];
        MemorySegment.copy(buffer, ValueLayout.JAVA_BYTE, 0, bytes, 0, count);
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }
}
