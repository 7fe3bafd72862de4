package dev.mulligan.host.audit;

import dev.mulligan.host.Actor;
import dev.mulligan.host.TaskId;
import dev.mulligan.host.audit.HeadFile.Head;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.stream.Collectors;

/** Exports that were never in a database. */
final class SampleExport {
    static final Instant TIME = Instant.parse("2026-01-01T00:00:00Z");

    private SampleExport() {}

    /**
     * A part: entries {@code first} to {@code last}, every third of them only linked.
     *
     * @param before the hash of the entry before
     */
    static String part(SigningKey key, long first, long last, EntryHash before) {
        StringBuilder lines = new StringBuilder();
        Head head = new Head(first - 1, before);
        long told = 0;
        for (long sequence = first; sequence <= last; sequence++) {
            String entry = EntryFormat.entry(
                    TIME,
                    AuditEvent.of("call.decided", new Actor("local:0"))
                            .withTask(new TaskId("mine"))
                            .withDecision("shell", "allow", "scope.tools")
                            .withDetails(Map.of(
                                    "number", Long.toString(sequence), "text", "ü \"quoted\"\n\u0001 😀\u007f")));
            boolean tell = sequence % 3 != 0;
            String link = EntryFormat.link(sequence, EntryHash.of(entry), head.hash());
            lines.append(tell ? EntryFormat.line(sequence, entry, head.hash()) : link)
                    .append('\n');
            told += tell ? 1 : 0;
            head = new Head(sequence, EntryHash.of(link));
        }
        return lines + Seal.sign(head, told, "mine", TIME, key).line() + "\n";
    }

    static byte[] bytes(String export) {
        return export.getBytes(StandardCharsets.UTF_8);
    }

    static int lines(byte[] export) {
        return Math.toIntExact(
                new String(export, StandardCharsets.UTF_8).lines().count());
    }

    /** The first lines of it. */
    static byte[] cut(byte[] export, int lines) {
        return bytes(new String(export, StandardCharsets.UTF_8)
                .lines()
                .limit(lines)
                .map(line -> line + "\n")
                .collect(Collectors.joining()));
    }
}
