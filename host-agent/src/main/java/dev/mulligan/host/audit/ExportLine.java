package dev.mulligan.host.audit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** One line of an export. */
sealed interface ExportLine {
    JsonMapper MAPPER = new JsonMapper();

    /**
     * An entry.
     *
     * @param told with its content; else only linked
     */
    record Entry(long sequence, EntryHash entryHash, EntryHash previousHash, boolean told) implements ExportLine {}

    /** The last line. */
    record Sealed(Seal seal) implements ExportLine {}

    /** Anything else. */
    record Unreadable(long number, String problem) implements ExportLine {}

    /** Reads a line; it must be in canonical form, or a change of form would go unseen. */
    static ExportLine parse(long number, String text) {
        try {
            JsonNode json = MAPPER.readTree(text);
            if (json == null
                    || !json.isObject()
                    || !CanonicalJson.write(toMap(json)).equals(text)) {
                return new Unreadable(number, "is not canonical JSON");
            }
            if (!json.path("sequence").isIntegralNumber()) {
                return new Unreadable(number, "has no sequence");
            }
            long sequence = json.path("sequence").asLong();
            Set<String> names = toMap(json).keySet();
            if (names.equals(Set.of("entry", "previous_hash", "sequence"))) {
                EntryHash entry = EntryHash.of(CanonicalJson.write(toMap(json.get("entry"))));
                return new Entry(sequence, entry, hash(json, "previous_hash"), true);
            }
            if (names.equals(Set.of("entry_hash", "previous_hash", "sequence"))) {
                return new Entry(sequence, hash(json, "entry_hash"), hash(json, "previous_hash"), false);
            }
            if (names.equals(Seal.NAMES) && json.path("entries").isIntegralNumber()) {
                return new Sealed(new Seal(
                        sequence,
                        hash(json, "head"),
                        json.path("entries").asLong(),
                        json.path("task_id").asText(),
                        json.path("time").asText(),
                        json.path("key").asText(),
                        json.path("signature").asText()));
            }
            return new Unreadable(number, "is not a line of an export");
        } catch (JsonProcessingException | IllegalArgumentException notOurs) {
            return new Unreadable(number, "is not a line of an export");
        }
    }

    private static EntryHash hash(JsonNode json, String name) {
        return new EntryHash(json.path(name).asText());
    }

    private static Map<String, Object> toMap(JsonNode json) {
        if (!json.isObject()) {
            throw new IllegalArgumentException("no object: " + json.getNodeType());
        }
        Map<String, Object> map = new TreeMap<>();
        json.properties().forEach(member -> map.put(member.getKey(), toValue(member.getValue())));
        return map;
    }

    private static Object toValue(JsonNode json) {
        if (json.isObject()) {
            return toMap(json);
        }
        if (json.isIntegralNumber() && json.canConvertToLong()) {
            return json.asLong();
        }
        if (json.isTextual()) {
            return json.asText();
        }
        throw new IllegalArgumentException("no value of an export: " + json.getNodeType());
    }
}
