package dev.mulligan.guest.linux;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Bytes with a NUL behind them, as C reads them. */
public final class CString {
    private CString() {}

    /** Copies {@code bytes}; one that holds a NUL ends there for C, so callers refuse NUL before. */
    public static MemorySegment of(SegmentAllocator allocator, byte[] bytes) {
        MemorySegment copy = allocator.allocate(bytes.length + 1L);
        MemorySegment.copy(bytes, 0, copy, ValueLayout.JAVA_BYTE, 0, bytes.length);
        return copy;
    }

    public static MemorySegment of(SegmentAllocator allocator, String text) {
        return of(allocator, text.getBytes(StandardCharsets.UTF_8));
    }

    /** A NULL-terminated array of strings, as execve(2) takes it. */
    static MemorySegment arrayOf(SegmentAllocator allocator, List<String> texts) {
        MemorySegment array = allocator.allocate(ValueLayout.JAVA_LONG, texts.size() + 1L);
        for (int index = 0; index < texts.size(); index++) {
            array.setAtIndex(
                    ValueLayout.JAVA_LONG,
                    index,
                    of(allocator, texts.get(index)).address());
        }
        return array;
    }
}
