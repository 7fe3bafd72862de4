package dev.mulligan.guest.process;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
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
    private static final int SELF = (int) ProcessHandle.current().pid();

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

    /**
     * What lives and is in the session of {@code root}, or has {@code mark} in its environment, or descends from either.
     *
     * @param alone whether no other tree is alive: then an orphan that will not show us its environment is taken for ours
     */
    Set<Integer> tree(int root, String mark, boolean alone) {
        Set<Integer> members = new HashSet<>();
        if (root == 0) {
            return members;
        }
        members.add(root);
        entries.forEach((pid, entry) -> {
            if (entry.session == root || hasMark(pid, mark) || (alone && isHiddenOrphan(pid, entry))) {
                members.add(pid);
            }
        });
        addDescendants(members);
        members.removeIf(this::isEnded);
        return members;
    }

    /** Our own children that have ended and that nobody waits for. */
    List<Integer> orphans(Set<Integer> awaited) {
        List<Integer> orphans = new ArrayList<>();
        entries.forEach((pid, entry) -> {
            if (entry.ended && entry.parent == SELF && !awaited.contains(pid)) {
                orphans.add(pid);
            }
        });
        return orphans;
    }

    private void addDescendants(Set<Integer> members) {
        boolean grown = true;
        while (grown) {
            grown = false;
            for (Map.Entry<Integer, Entry> other : entries.entrySet()) {
                if (members.contains(other.getValue().parent)) {
                    grown |= members.add(other.getKey());
                }
            }
        }
    }

    private boolean isEnded(int pid) {
        Entry entry = entries.get(pid);
        return entry == null || entry.ended;
    }

    /** In a container without CAP_SYS_PTRACE even root may not look into the environment of others. */
    private static boolean isHiddenOrphan(int pid, Entry entry) {
        if (entry.parent != SELF || entry.ended) {
            return false;
        }
        // access(2) would say yes: only opening it asks whether we may trace that process.
        try (InputStream environment = Files.newInputStream(environment(pid))) {
            environment.transferTo(OutputStream.nullOutputStream());
            return false;
        } catch (AccessDeniedException e) {
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private static boolean hasMark(int pid, String mark) {
        return read(environment(pid)).contains(mark);
    }

    private static Path environment(int pid) {
        return PROC.resolve(Integer.toString(pid)).resolve("environ");
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
