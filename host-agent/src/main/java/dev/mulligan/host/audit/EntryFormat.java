package dev.mulligan.host.audit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.mulligan.host.Actor;
import dev.mulligan.host.SandboxId;
import dev.mulligan.host.TaskId;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Entries as canonical JSON, and back; the forms of {@link AuditExport}. */
final class EntryFormat {
    /** Of one text; what is longer is cut: the record holds digests, not contents. */
    static final int LONGEST_TEXT = 4_000;

    // Always six digits, so that times compare as text.
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);
    private static final JsonMapper MAPPER = new JsonMapper();

    private EntryFormat() {}

    static String time(Instant time) {
        return TIME.format(time);
    }

    /** The entry's own part: all but its place in the chain. */
    static String entry(Instant time, AuditEvent event) {
        Map<String, String> details = HashMap.newHashMap(event.details().size());
        event.details().forEach((key, value) -> details.put(text(key), text(value)));
        return CanonicalJson.write(Map.of(
                "actor", text(event.actor().name()),
                "decision", text(event.decision()),
                "details", details,
                "kind", text(event.kind()),
                "rule", text(event.rule()),
                "sandbox_id", event.sandbox().map(SandboxId::value).orElse(""),
                "task_id", event.task().map(TaskId::value).orElse(""),
                "time", time(time),
                "tool", text(event.tool())));
    }

    /** What is hashed. */
    static String link(long sequence, EntryHash entryHash, EntryHash previousHash) {
        return CanonicalJson.write(
                Map.of("entry_hash", entryHash.hex(), "previous_hash", previousHash.hex(), "sequence", sequence));
    }

    /** As {@link #link}, with the entry itself; {@code entry} is canonical. */
    static String line(long sequence, String entry, EntryHash previousHash) {
        return "{\"entry\":" + entry + ",\"previous_hash\":\"" + previousHash.hex() + "\",\"sequence\":" + sequence
                + "}";
    }

    static String head(long sequence, EntryHash hash) {
        return CanonicalJson.write(Map.of("head", hash.hex(), "sequence", sequence));
    }

    static AuditEntry parse(long sequence, String entry, EntryHash previousHash, EntryHash hash) {
        try {
            JsonNode json = MAPPER.readTree(entry);
            Map<String, String> details = new HashMap<>();
            json.path("details")
                    .properties()
                    .forEach(member ->
                            details.put(member.getKey(), member.getValue().asText()));
            AuditEvent event = new AuditEvent(
                    json.path("kind").asText(),
                    new Actor(json.path("actor").asText()),
                    present(json, "task_id").map(TaskId::new),
                    present(json, "sandbox_id").map(SandboxId::new),
                    json.path("tool").asText(),
                    json.path("decision").asText(),
                    json.path("rule").asText(),
                    details);
            return new AuditEntry(sequence, Instant.parse(json.path("time").asText()), event, previousHash, hash);
        } catch (JsonProcessingException damaged) {
            throw new IllegalStateException("audit entry " + sequence + " is no JSON: run audit verify", damaged);
        }
    }

    private static Optional<String> present(JsonNode json, String name) {
        return Optional.of(json.path(name).asText()).filter(text -> !text.isEmpty());
    }

    /** Well-formed Unicode, which RFC 8785 demands and a Java string does not promise; bounded. */
    private static String text(String text) {
        String cut = text.length() <= LONGEST_TEXT ? text : text.substring(0, LONGEST_TEXT) + "…";
        return new String(cut.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
    }
}
