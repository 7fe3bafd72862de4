package dev.mulligan.vm.libvirt.moment;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * The guest memory inside a QEMU process, seen from outside: proc(5), {@code mem} and {@code pagemap}. It is a private
 * mapping of a file, so a page that is present and not the file's is one that the guest has written to; behind it may be
 * burst memory, which is in no file and began as zeros. Needs the right to trace the process. The processors must stand
 * still.
 *
 * <p>Not safe for use by several threads.
 */
public final class ProcessMemory implements AutoCloseable {
    private static final int CHUNK_PAGES = 256;
    private static final ByteBuffer ZEROS =
            ByteBuffer.allocateDirect(Pages.SIZE).asReadOnlyBuffer();
    private static final long PRESENT = 1L << 63;
    private static final long SWAPPED = 1L << 62;
    private static final long OF_FILE = 1L << 61;

    private final Path process;
    private final FileChannel memory;
    private final MemoryMap map;
    private final ByteBuffer buffer =
            ByteBuffer.allocateDirect(CHUNK_PAGES * Pages.SIZE).order(ByteOrder.nativeOrder());

    private ProcessMemory(Path process, FileChannel memory, MemoryMap map) {
        this.process = process;
        this.memory = memory;
        this.map = map;
    }

    /**
     * Opens the memory of a process.
     *
     * @param mapped the file that it maps
     * @param size how much of it, in bytes
     * @param burst how much memory it has beside that, in bytes
     * @throws IOException if the process is gone, may not be traced, or has no such memory
     */
    public static ProcessMemory open(long process, Path mapped, long size, long burst) throws IOException {
        Path directory = Path.of("/proc", Long.toString(process));
        MemoryMap map = MemoryMap.of(directory, mapped, size, burst);
        FileChannel memory =
                FileChannel.open(directory.resolve("mem"), StandardOpenOption.READ, StandardOpenOption.WRITE);
        return new ProcessMemory(directory, memory, map);
    }

    /** The pages that are the process's own: those that were written to since it began, and some beside them. */
    public Pages written() throws IOException {
        var written = new Pages.Collected();
        try (FileChannel entries = FileChannel.open(process.resolve("pagemap"), StandardOpenOption.READ)) {
            int page = 0;
            while (page < map.pages()) {
                int most = Math.min(buffer.capacity() / Long.BYTES, map.pages() - page);
                int count = map.together(page, most);
                buffer.clear().limit(count * Long.BYTES);
                fill(entries, map.address(page) / Pages.SIZE * Long.BYTES);
                while (buffer.hasRemaining()) {
                    long entry = buffer.getLong();
                    boolean own = (entry & PRESENT) != 0 && (entry & OF_FILE) == 0;
                    if (own || (entry & SWAPPED) != 0) {
                        written.add(page);
                    }
                    page++;
                }
            }
        }
        return written.pages();
    }

    /**
     * Appends the content of pages to a file. Of burst memory Linux gives out large pages, where it can, so much of it is
     * the process's own and has never been used: what is zero is left out.
     *
     * @return those that were appended
     */
    public Pages copyTo(FileChannel target, Pages pages) throws IOException {
        var copied = new Pages.Collected();
        runs(pages, (first, count) -> {
            read(first, count);
            int begin = 0;
            for (int page = 0; page < count; page++) {
                if (map.isBurst(first) && isZero(page)) {
                    append(target, begin, page);
                    begin = page + 1;
                } else {
                    copied.add(first + page);
                }
            }
            append(target, begin, count);
        });
        return copied.pages();
    }

    private boolean isZero(int page) {
        return buffer.slice(page * Pages.SIZE, Pages.SIZE).mismatch(ZEROS) < 0;
    }

    /** Those pages that are in the buffer from one on, up to another. */
    private void append(FileChannel target, int begin, int end) throws IOException {
        ByteBuffer content = buffer.slice(begin * Pages.SIZE, (end - begin) * Pages.SIZE);
        while (content.hasRemaining()) {
            target.write(content);
        }
    }

    /** How many bytes of these pages are burst memory. */
    public long burst(Pages pages) throws IOException {
        long[] bytes = {0};
        runs(pages, (first, count) -> bytes[0] += map.isBurst(first) ? (long) count * Pages.SIZE : 0);
        return bytes[0];
    }

    /** Gives these pages the content that follows one after the other in a file, from a position on. */
    public void copyFrom(FileChannel source, long position, Pages pages) throws IOException {
        long[] next = {position};
        runs(pages, (first, count) -> {
            buffer.clear().limit(count * Pages.SIZE);
            fill(source, next[0]);
            next[0] += write(first);
        });
    }

    /** Gives these pages the content that they began with: that of the file which is mapped, or zeros. */
    public void restore(FileChannel mapped, Pages pages) throws IOException {
        runs(pages, (first, count) -> {
            buffer.clear().limit(count * Pages.SIZE);
            if (map.isBurst(first)) {
                buffer.put(new byte[buffer.limit()]).flip();
            } else {
                fill(mapped, (long) first * Pages.SIZE);
            }
            write(first);
        });
    }

    /** In runs that lie side by side in the process, and fit into the buffer. */
    private void runs(Pages pages, Pages.Run run) throws IOException {
        pages.runs(CHUNK_PAGES, (first, count) -> {
            int together = map.together(first, count);
            run.visit(first, together);
            if (together < count) {
                run.visit(first + together, count - together);
            }
        });
    }

    private void read(int first, int count) throws IOException {
        buffer.clear().limit(count * Pages.SIZE);
        fill(memory, map.address(first));
    }

    /** Writes what is in the buffer; returns how much that was. */
    private int write(int first) throws IOException {
        int count = buffer.remaining();
        long target = map.address(first);
        while (buffer.hasRemaining()) {
            target += memory.write(buffer, target);
        }
        return count;
    }

    /** Reads up to the buffer's limit, and makes it readable. */
    private void fill(FileChannel source, long position) throws IOException {
        while (buffer.hasRemaining()) {
            if (source.read(buffer, position + buffer.position()) < 0) {
                throw new IOException("it ends too early");
            }
        }
        buffer.flip();
    }

    @Override
    public void close() throws IOException {
        memory.close();
    }
}
