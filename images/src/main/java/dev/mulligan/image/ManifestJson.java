package dev.mulligan.image;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mulligan.image.ImageException.Code;
import dev.mulligan.image.ImageManifest.Contents;
import dev.mulligan.image.ImageManifest.Provenance;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Writes and reads {@code manifest.json}. The same manifest gives the same bytes. */
final class ManifestJson {

    private static final ObjectMapper MAPPER = new ObjectMapper();

    private ManifestJson() {}

    static byte[] write(ImageManifest manifest) {
        ObjectNode json = MAPPER.createObjectNode();
        json.put("digest", manifest.digest().value());
        json.put("name", manifest.name());
        json.put("description", manifest.description());
        json.put("created", manifest.created().toString());
        json.put("sizeBytes", manifest.sizeBytes());
        json.put("diskBytes", manifest.diskSize().bytes());
        json.put("kernelArguments", manifest.kernelArguments());

        Contents contents = manifest.contents();
        json.put("operatingSystem", contents.operatingSystem());
        json.put("kernel", contents.kernel());
        contents.tools().forEach(json.putObject("tools")::put);

        Provenance provenance = manifest.provenance();
        json.put("recipeDigest", provenance.recipeDigest().value());
        json.put("guestAgent", provenance.guestAgent().value());
        ArrayNode bases = json.putArray("bases");
        provenance.bases().forEach(base -> bases.add(base.value()));
        provenance.origins().forEach(json.putArray("origins")::add);
        json.put("builder", provenance.builder());

        // Last, because it is long.
        contents.packages().forEach(json.putObject("packages")::put);
        try {
            String text = MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(json);
            return (text + "\n").getBytes(StandardCharsets.UTF_8);
        } catch (JsonProcessingException e) {
            throw new AssertionError("a tree of texts and numbers can be written", e);
        }
    }

    /**
     * Reads what {@link #write} wrote.
     *
     * @throws ImageException {@link Code#DAMAGED_IMAGE}
     */
    static ImageManifest read(byte[] bytes) {
        try {
            JsonNode json = MAPPER.readTree(bytes);
            return new ImageManifest(
                    new Digest(text(json, "digest")),
                    text(json, "name"),
                    text(json, "description"),
                    Instant.parse(text(json, "created")),
                    member(json, "sizeBytes").asLong(-1),
                    new DiskSize(member(json, "diskBytes").asLong(-1)),
                    text(json, "kernelArguments"),
                    new Contents(
                            text(json, "operatingSystem"),
                            text(json, "kernel"),
                            map(json, "packages"),
                            map(json, "tools")),
                    new Provenance(
                            new Digest(text(json, "recipeDigest")),
                            new Digest(text(json, "guestAgent")),
                            list(json, "bases").stream().map(Digest::new).toList(),
                            list(json, "origins"),
                            text(json, "builder")));
        } catch (JsonProcessingException e) {
            throw damaged(e.getOriginalMessage(), e);
        } catch (IOException | IllegalArgumentException | DateTimeException e) {
            throw damaged(String.valueOf(e.getMessage()), e);
        }
    }

    private static ImageException damaged(String problem, Exception cause) {
        return ImageException.of(Code.DAMAGED_IMAGE, "manifest")
                .value(problem)
                .expected("as this version writes it")
                .cause(cause)
                .build();
    }

    private static JsonNode member(JsonNode json, String name) {
        JsonNode value = json.path(name);
        if (value.isMissingNode() || value.isNull()) {
            throw new IllegalArgumentException(name + ": missing (expected: a value)");
        }
        return value;
    }

    private static String text(JsonNode json, String name) {
        return member(json, name).asText();
    }

    private static List<String> list(JsonNode json, String name) {
        List<String> texts = new ArrayList<>();
        member(json, name).forEach(item -> texts.add(item.asText()));
        return texts;
    }

    private static Map<String, String> map(JsonNode json, String name) {
        Map<String, String> entries = new TreeMap<>();
        member(json, name)
                .properties()
                .forEach(entry -> entries.put(entry.getKey(), entry.getValue().asText()));
        return entries;
    }
}
