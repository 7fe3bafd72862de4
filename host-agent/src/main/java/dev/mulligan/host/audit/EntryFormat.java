package dev.mulligan.host.audit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.mulligan.host.Actor;
import dev.mulligan.host.SandboxId;
import dev.mulligan.host.TaskId;
import dev.mulligan.host.ThreadName;
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
    /** Of a call's arguments, where a scope wants them in the record. */
    static final int LONGEST_ARGUMENTS = 64_000;
    /** Read beyond a cut, so that a secret across it is seen as one. */
    private static final int OVERLAP = 8_000;

    // Always six digits, so that times compare as text.
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);
    private static final JsonMapper MAPPER = new JsonMapper();

    private EntryFormat() {}

    static String time(Instant time) {
        return TIME.format(time);
    }

    /** As it may be written: secrets masked, texts cut to their length, in well-formed Unicode. */
    static AuditEvent writable(AuditEvent event) {
        Map<String, String> details = HashMap.newHashMap(event.details().size());
        event.details()
                .forEach((key, value) -> details.put(text(key, LONGEST_TEXT), text(masked(key, value), longest(key))));
        return new AuditEvent(
                text(event.kind(), LONGEST_TEXT),
                new Actor(text(event.actor().name(), LONGEST_TEXT)),
                event.task(),
                event.sandbox(),
                text(event.tool(), LONGEST_TEXT),
                text(event.decision(), LONGEST_TEXT),
                text(masked("rule", event.rule()), LONGEST_TEXT),
                details,
                event.thread());
    }

    /**
     * The entry's own part: all but its place in the chain.
     *
     * @param event {@link #writable}
     */
    static String entry(Instant time, AuditEvent event) {
        Map<String, Object> json = new HashMap<>(Map.of(
                "actor", event.actor().name(),
                "decision", event.decision(),
                "details", event.details(),
                "kind", event.kind(),
                "rule", event.rule(),
                "sandbox_id", event.sandbox().map(SandboxId::value).orElse(""),
                "task_id", event.task().map(TaskId::value).orElse(""),
                "time", time(time),
                "tool", event.tool()));
        // Only where there is one: entries of others are as they always were.
        event.thread().ifPresent(thread -> json.put("thread", thread.value()));
        return CanonicalJson.write(json);
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
                    details,
                    present(json, "thread").map(ThreadName::new));
            return new AuditEntry(sequence, Instant.parse(json.path("time").asText()), event, previousHash, hash);
        } catch (JsonProcessingException damaged) {
            throw new IllegalStateException("audit entry " + sequence + " is no JSON: run audit verify", damaged);
        }
    }

    private static Optional<String> present(JsonNode json, String name) {
        return Optional.of(json.path(name).asText()).filter(text -> !text.isEmpty());
    }

    private static int longest(String key) {
        return key.equals(AuditEvent.ARGUMENTS) ? LONGEST_ARGUMENTS : LONGEST_TEXT;
    }

    /** Before it is cut to its length: half a secret has no shape that could be known. */
    private static String masked(String key, String text) {
        int read = longest(key) + OVERLAP;
        return Mask.secrets(text.length() <= read ? text : text.substring(0, read));
    }

    /** Well-formed Unicode, which RFC 8785 demands and a Java string does not promise; bounded. */
    private static String text(String text, int longest) {
        String cut = text.length() <= longest ? text : text.substring(0, longest) + "…";
        return new String(cut.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
    }
}
