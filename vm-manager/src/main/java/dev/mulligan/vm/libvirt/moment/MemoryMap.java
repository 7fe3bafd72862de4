package dev.mulligan.vm.libvirt.moment;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Where the pages of a guest's memory are in its process: proc(5), {@code maps}. First come those that are mapped from
 * the template's file, then those of the burst memory, which is in no file.
 *
 * @param file address of the first page of the file
 * @param filePages how many of them there are
 * @param burst address of the first page that is in no file; of no meaning if there are none
 * @param burstPages how many of them there are
 */
record MemoryMap(long file, int filePages, long burst, int burstPages) {

    /** @throws IOException if the process is gone, or has other memory */
    static MemoryMap of(Path process, Path mapped, long size, long burst) throws IOException {
        List<String> lines;
        try (Stream<String> all = Files.lines(process.resolve("maps"))) {
            lines = all.toList();
        }
        long file = find(lines, size, line -> line.endsWith(" " + mapped), size + " bytes of " + mapped, process);
        // QEMU puts an unreadable page behind each memory of its own, so nothing beside it is shown as part of it.
        long without = burst == 0
                ? 0
                : find(lines, burst, MemoryMap::isInNoFile, burst + " bytes without a file, once", process);
        return new MemoryMap(file, Math.toIntExact(size / Pages.SIZE), without, Math.toIntExact(burst / Pages.SIZE));
    }

    private static long find(List<String> lines, long size, Predicate<String> fits, String what, Path process)
            throws IOException {
        List<Long> found = lines.stream()
                .filter(fits)
                .map(line -> line.substring(0, line.indexOf(' ')).split("-", 2))
                .filter(range -> Long.parseUnsignedLong(range[1], 16) - Long.parseUnsignedLong(range[0], 16) == size)
                .map(range -> Long.parseUnsignedLong(range[0], 16))
                .toList();
        if (found.size() != 1) {
            throw new IOException("process " + process.getFileName() + " maps " + found.size() + " times " + what
                    + " (expected: a machine of that template)");
        }
        return found.getFirst();
    }

    /** Range, permissions, offset, device and inode, and nothing else. */
    private static boolean isInNoFile(String line) {
        String[] words = line.strip().split(" +", -1);
        return words.length == 5 && words[1].equals("rw-p") && words[4].equals("0");
    }

    int pages() {
        return filePages + burstPages;
    }

    boolean isBurst(int page) {
        return page >= filePages;
    }

    long address(int page) {
        return isBurst(page) ? burst + (long) (page - filePages) * Pages.SIZE : file + (long) page * Pages.SIZE;
    }

    /** How many of so many pages from this one on lie side by side in the process, too. */
    int together(int first, int count) {
        return isBurst(first) ? count : Math.min(count, filePages - first);
    }
}
