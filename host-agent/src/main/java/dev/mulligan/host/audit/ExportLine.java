package dev.mulligan.host.audit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.Map;
import java.util.TreeMap;

/** One line of an export. */
sealed interface ExportLine {
    /** An entry, told or only linked. */
    record Entry(long sequence, EntryHash entryHash, EntryHash previousHash) implements ExportLine {}

    /** The last line. */
    record Head(long sequence, EntryHash hash) implements ExportLine {}

    /** Anything else. */
    record Unreadable(long number, String problem) implements ExportLine {}

    /** Reads a line; it must be in canonical form, or a change of form would go unseen. */
    static ExportLine parse(long number, String text) {
        try {
            JsonNode json = new JsonMapper().readTree(text);
            if (json == null
                    || !json.isObject()
                    || !CanonicalJson.write(toMap(json)).equals(text)) {
                return new Unreadable(number, "is not canonical JSON");
            }
            if (!json.path("sequence").isIntegralNumber()) {
                return new Unreadable(number, "has no sequence");
            }
            long sequence = json.path("sequence").asLong();
            if (json.has("head")) {
                return new Head(sequence, hash(json, "head"));
            }
            EntryHash entryHash = json.has("entry")
                    ? EntryHash.of(CanonicalJson.write(toMap(json.get("entry"))))
                    : hash(json, "entry_hash");
            return new Entry(sequence, entryHash, hash(json, "previous_hash"));
        } catch (JsonProcessingException | IllegalArgumentException notOurs) {
            return new Unreadable(number, "is not a line of an export");
        }
    }

    private static EntryHash hash(JsonNode json, String name) {
        return new EntryHash(json.path(name).asText());
    }

    private static Map<String, Object> toMap(JsonNode json) {
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
