package dev.mulligan.vm.libvirt.moment;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.stream.Stream;

/**
 * The guest memory inside a QEMU process, seen from outside: proc(5), {@code mem} and {@code pagemap}. It is a private
 * mapping of a file, so a page that is present and not the file's is one that the guest has written to. Needs the right
 * to trace the process. The processors must stand still.
 *
 * <p>Not safe for use by several threads.
 */
public final class ProcessMemory implements AutoCloseable {
    private static final int CHUNK_PAGES = 256;
    private static final long PRESENT = 1L << 63;
    private static final long SWAPPED = 1L << 62;
    private static final long OF_FILE = 1L << 61;

    private final Path process;
    private final FileChannel memory;
    private final long address;
    private final long size;
    private final ByteBuffer buffer =
            ByteBuffer.allocateDirect(CHUNK_PAGES * Pages.SIZE).order(ByteOrder.nativeOrder());

    private ProcessMemory(Path process, FileChannel memory, long address, long size) {
        this.process = process;
        this.memory = memory;
        this.address = address;
        this.size = size;
    }

    /**
     * Opens the memory of a process.
     *
     * @param mapped the file that it maps
     * @param size how much of it, in bytes
     * @throws IOException if the process is gone, may not be traced, or maps no such file
     */
    public static ProcessMemory open(long process, Path mapped, long size) throws IOException {
        Path directory = Path.of("/proc", Long.toString(process));
        long address = addressOf(directory, mapped, size);
        FileChannel memory =
                FileChannel.open(directory.resolve("mem"), StandardOpenOption.READ, StandardOpenOption.WRITE);
        return new ProcessMemory(directory, memory, address, size);
    }

    private static long addressOf(Path directory, Path mapped, long size) throws IOException {
        try (Stream<String> lines = Files.lines(directory.resolve("maps"))) {
            return lines.filter(line -> line.endsWith(" " + mapped))
                    .map(line -> line.substring(0, line.indexOf(' ')).split("-", 2))
                    .filter(range ->
                            Long.parseUnsignedLong(range[1], 16) - Long.parseUnsignedLong(range[0], 16) == size)
                    .map(range -> Long.parseUnsignedLong(range[0], 16))
                    .findFirst()
                    .orElseThrow(() -> new IOException("process " + directory.getFileName() + " maps no " + size
                            + " bytes of " + mapped + " (expected: a machine of that template)"));
        }
    }

    /** The pages that were written to since the process began. */
    public Pages written() throws IOException {
        int total = Math.toIntExact(size / Pages.SIZE);
        int[] numbers = new int[1024];
        int count = 0;
        try (FileChannel map = FileChannel.open(process.resolve("pagemap"), StandardOpenOption.READ)) {
            long position = address / Pages.SIZE * Long.BYTES;
            int page = 0;
            while (page < total) {
                buffer.clear().limit(Math.min(buffer.capacity(), (total - page) * Long.BYTES));
                fill(map, position + (long) page * Long.BYTES);
                while (buffer.hasRemaining()) {
                    long entry = buffer.getLong();
                    boolean own = (entry & PRESENT) != 0 && (entry & OF_FILE) == 0;
                    if (own || (entry & SWAPPED) != 0) {
                        numbers = count == numbers.length ? Arrays.copyOf(numbers, 2 * count) : numbers;
                        numbers[count++] = page;
                    }
                    page++;
                }
            }
        }
        return new Pages(Arrays.copyOf(numbers, count));
    }

    /** Appends the content of these pages to a file. */
    public void copyTo(FileChannel target, Pages pages) throws IOException {
        pages.runs(CHUNK_PAGES, (first, count) -> {
            buffer.clear().limit(count * Pages.SIZE);
            fill(memory, address + (long) first * Pages.SIZE);
            while (buffer.hasRemaining()) {
                target.write(buffer);
            }
        });
    }

    /** Gives these pages the content that follows one after the other in a file, from a position on. */
    public void copyFrom(FileChannel source, long position, Pages pages) throws IOException {
        long[] next = {position};
        pages.runs(CHUNK_PAGES, (first, count) -> {
            next[0] += put(source, next[0], first, count);
        });
    }

    /** Gives these pages the content that is at their own place in a file: the one that is mapped. */
    public void copyInPlace(FileChannel source, Pages pages) throws IOException {
        pages.runs(CHUNK_PAGES, (first, count) -> put(source, (long) first * Pages.SIZE, first, count));
    }

    private int put(FileChannel source, long position, int first, int count) throws IOException {
        buffer.clear().limit(count * Pages.SIZE);
        fill(source, position);
        long target = address + (long) first * Pages.SIZE;
        while (buffer.hasRemaining()) {
            target += memory.write(buffer, target);
        }
        return count * Pages.SIZE;
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
