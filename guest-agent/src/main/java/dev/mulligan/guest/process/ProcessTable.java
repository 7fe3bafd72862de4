package dev.mulligan.guest.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The processes of one moment: proc(5). */
final class ProcessTable {
    private static final Path PROC = Path.of("/proc");

    private final Map<Integer, Entry> entries;

    private record Entry(int parent, int session, boolean ended) {}

    private ProcessTable(Map<Integer, Entry> entries) {
        this.entries = entries;
    }

    static ProcessTable current() {
        Map<Integer, Entry> entries = new HashMap<>();
        try (var directories = Files.newDirectoryStream(PROC, "[0-9]*")) {
            for (Path directory : directories) {
                String stat = read(directory.resolve("stat"));
                // The name in parentheses may hold anything, parentheses too; after the last one fields are plain.
                String[] fields =
                        stat.substring(stat.lastIndexOf(')') + 1).strip().split(" ", 6);
                if (fields.length >= 5) {
                    entries.put(
                            Integer.parseInt(directory.getFileName().toString()),
                            new Entry(
                                    Integer.parseInt(fields[1]),
                                    Integer.parseInt(fields[3]),
                                    fields[0].equals("Z") || fields[0].equals("X")));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("process table: cannot read " + PROC, e);
        }
        return new ProcessTable(entries);
    }

    /** What lives and descends from {@code root}, is in its session, or has {@code mark} in its environment. */
    Set<Integer> tree(int root, String mark) {
        Set<Integer> members = new HashSet<>();
        entries.forEach((pid, entry) -> {
            if (!entry.ended && root != 0 && (entry.session == root || descends(pid, root) || hasMark(pid, mark))) {
                members.add(pid);
            }
        });
        return members;
    }

    /** Our own children that have ended and that nobody waits for. */
    List<Integer> orphans(Set<Integer> awaited) {
        List<Integer> orphans = new ArrayList<>();
        int self = (int) ProcessHandle.current().pid();
        entries.forEach((pid, entry) -> {
            if (entry.ended && entry.parent == self && !awaited.contains(pid)) {
                orphans.add(pid);
            }
        });
        return orphans;
    }

    private boolean descends(int pid, int root) {
        int current = pid;
        // A table read while processes come and go may hold a cycle.
        for (int depth = 0; depth < entries.size(); depth++) {
            if (current == root) {
                return true;
            }
            Entry entry = entries.get(current);
            if (entry == null) {
                return false;
            }
            current = entry.parent;
        }
        return false;
    }

    private static boolean hasMark(int pid, String mark) {
        return read(PROC.resolve(Integer.toString(pid)).resolve("environ")).contains(mark);
    }

    private static String read(Path file) {
        try {
            return Files.readString(file, StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            // It ended meanwhile, or is none of ours.
            return "";
        }
    }
}
