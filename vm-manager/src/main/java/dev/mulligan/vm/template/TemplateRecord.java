package dev.mulligan.vm.template;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mulligan.vm.DataSize;
import dev.mulligan.vm.Template;
import dev.mulligan.vm.TemplateId;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;

/**
 * What is written down about a template: the content of {@code template.json}.
 *
 * @param template what others see of it
 * @param hypervisor the identity of what froze it; empty where an earlier version wrote the record
 * @param digests of its files, by their names
 */
record TemplateRecord(Template template, String hypervisor, Map<String, String> digests) {
    private static final int FORMAT = 1;
    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    TemplateRecord {
        digests = Map.copyOf(digests);
    }

    String write() {
        ObjectNode root = JSON.createObjectNode()
                .put("format", FORMAT)
                .put("id", template.id().value())
                .put("content", template.content())
                .put("memory", template.memory().toString())
                .put("size", template.size().toString())
                .put("created", template.created().toString())
                .put("making", template.making().toString())
                .put("hypervisor", hypervisor);
        ObjectNode files = root.putObject("digests");
        new TreeMap<>(digests).forEach(files::put);
        return root.toPrettyString() + "\n";
    }

    /** Reads what {@link #write} wrote; IllegalArgumentException for anything else. */
    static TemplateRecord read(String text) {
        try {
            JsonNode root = JSON.readTree(text);
            if (root.path("format").asInt() != FORMAT) {
                throw new IllegalArgumentException("format: " + root.path("format") + " (expected: " + FORMAT + ")");
            }
            var digests = new TreeMap<String, String>();
            root.required("digests")
                    .properties()
                    .forEach(entry ->
                            digests.put(entry.getKey(), entry.getValue().asText()));
            return new TemplateRecord(
                    new Template(
                            new TemplateId(root.required("id").asText()),
                            root.required("content").asText(),
                            DataSize.parse(root.required("memory").asText()),
                            DataSize.parse(root.required("size").asText()),
                            Instant.parse(root.required("created").asText()),
                            Duration.parse(root.required("making").asText())),
                    root.path("hypervisor").asText(),
                    digests);
        } catch (JacksonException | RuntimeException e) {
            throw new IllegalArgumentException("not a template's record: " + e.getMessage(), e);
        }
    }
}
