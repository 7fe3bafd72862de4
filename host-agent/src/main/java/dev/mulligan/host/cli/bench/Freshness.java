package dev.mulligan.host.cli.bench;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Finds out whether a sandbox that claims to be fresh has been used before: by this run, for it marks each sandbox that
 * it looks at, on disk and in memory, and remembers who it was. Clones of one template share the kernel's boot id, which
 * is therefore counted, not judged. Safe for use by several threads.
 */
final class Freshness {
    /** Prints who the sandbox is and how it was marked, then marks it. Fails if it cannot: nothing would be found. */
    static final List<String> QUESTION = List.of("sh", "-euc", """
            echo "machine-id $(cat /etc/machine-id)"
            echo "host-name $(cat /proc/sys/kernel/hostname)"
            echo "boot-id $(cat /proc/sys/kernel/random/boot_id)"
            echo "draw $(od -An -N16 -tx1 /dev/urandom | tr -d ' \\n')"
            for mark in /var/tmp/mulligan-bench-used /dev/shm/mulligan-bench-used; do
              [ ! -e $mark ] || echo "mark $mark"
              echo used >$mark
            done
            """);

    private static final String BOOT = "boot-id";
    private static final List<String> KINDS = List.of("machine-id", "draw", "host-name", BOOT);

    private final List<String> unique;
    private final Map<String, Set<String>> seen = new HashMap<>();

    /**
     * Nothing has been seen yet.
     *
     * @param hostNames whether each sandbox has a host name of its own; one that boots may bear its image's
     */
    Freshness(boolean hostNames) {
        this.unique = hostNames ? List.of("machine-id", "draw", "host-name") : List.of("machine-id", "draw");
    }

    /**
     * Judges a sandbox by its answer to {@link #QUESTION}.
     *
     * @throws IllegalStateException if anything says that it was used before, or it did not say all
     */
    synchronized void examine(String sandbox, String answer) {
        Map<String, String> words = new HashMap<>();
        answer.lines().map(line -> line.split(" ", 2)).forEach(pair -> words.put(pair[0], pair[pair.length - 1]));
        if (words.containsKey("mark")) {
            throw used(sandbox, words.get("mark") + " is there (expected: nothing)");
        }
        for (String kind : KINDS) {
            String value = words.getOrDefault(kind, "");
            if (value.isBlank() || value.equals(kind)) {
                throw new IllegalStateException(
                        "sandbox " + sandbox + ": no " + kind + " (expected: one, to tell it from others)");
            }
        }
        for (String kind : KINDS) {
            String value = words.getOrDefault(kind, "");
            boolean isNew = seen.computeIfAbsent(kind, _ -> new HashSet<>()).add(value);
            if (!isNew && unique.contains(kind)) {
                throw used(sandbox, kind + " " + value + " was another's before (expected: its own)");
            }
        }
    }

    /** How many different boot ids there were: as many as sandboxes if each has booted, one if all are clones. */
    synchronized int boots() {
        return seen.getOrDefault(BOOT, Set.of()).size();
    }

    private static IllegalStateException used(String sandbox, String why) {
        return new IllegalStateException("NOT FRESH: sandbox " + sandbox + ": " + why);
    }
}
