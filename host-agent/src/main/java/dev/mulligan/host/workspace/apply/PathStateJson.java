package dev.mulligan.host.workspace.apply;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.ByteString;
import dev.mulligan.host.workspace.LinkTarget;
import dev.mulligan.host.workspace.RelativePath;
import dev.mulligan.host.workspace.Sha256;
import dev.mulligan.host.workspace.folder.Attributes;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** States of paths, and times of directories, as the journal keeps them: JSON, bytes in Base64. */
final class PathStateJson {
    private static final ObjectMapper JSON = new ObjectMapper();

    private PathStateJson() {}

    static String write(PathState state) {
        ObjectNode node = JSON.createObjectNode();
        switch (state) {
            case PathState.Absent _ -> node.put("kind", "absent");
            case PathState.File file -> {
                node.put("kind", "file")
                        .put("size", file.size())
                        .put("digest", file.digest().hex());
                put(node, file.attributes());
            }
            case PathState.Directory directory -> {
                node.put("kind", "directory");
                put(node, directory.attributes());
            }
            case PathState.Link link -> {
                node.put("kind", "link").put("target", text(link.target().bytes()));
                put(node, link.attributes());
            }
            case PathState.Special _ -> throw new IllegalArgumentException("a special file is never written down");
        }
        return node.toString();
    }

    static PathState read(String text) {
        JsonNode node = parse(text);
        return switch (node.path("kind").asText()) {
            case "absent" -> PathState.absent();
            case "file" ->
                new PathState.File(
                        attributes(node),
                        node.path("size").asLong(),
                        Sha256.ofHex(node.path("digest").asText()));
            case "directory" -> new PathState.Directory(attributes(node));
            case "link" ->
                new PathState.Link(new LinkTarget(bytes(node.path("target").asText())), attributes(node));
            default -> throw new IllegalStateException("journal: " + text + " (expected: a state)");
        };
    }

    static String write(List<FolderTime> times) {
        ArrayNode array = JSON.createArrayNode();
        for (FolderTime time : times) {
            ObjectNode node = array.addObject().put("before", time.before().toString());
            time.directory().ifPresent(path -> node.put("directory", text(path.bytes())));
            time.after().ifPresent(after -> node.put("after", after.toString()));
        }
        return array.toString();
    }

    static List<FolderTime> readTimes(String text) {
        List<FolderTime> times = new ArrayList<>();
        for (JsonNode node : parse(text)) {
            times.add(new FolderTime(
                    Optional.ofNullable(node.get("directory")).map(path -> RelativePath.ofBytes(bytes(path.asText()))),
                    Instant.parse(node.path("before").asText()),
                    Optional.ofNullable(node.get("after")).map(after -> Instant.parse(after.asText()))));
        }
        return times;
    }

    private static void put(ObjectNode node, Attributes attributes) {
        node.put("mode", attributes.mode())
                .put("uid", attributes.uid())
                .put("gid", attributes.gid())
                .put("modified", attributes.modified().toString());
        if (!attributes.extended().isEmpty()) {
            ObjectNode extended = node.putObject("extended");
            attributes.extended().forEach((name, value) -> extended.put(name, text(value)));
        }
    }

    private static Attributes attributes(JsonNode node) {
        SortedMap<String, ByteString> extended = new TreeMap<>();
        node.path("extended")
                .properties()
                .forEach(one -> extended.put(one.getKey(), bytes(one.getValue().asText())));
        return new Attributes(
                node.path("mode").asInt(),
                node.path("uid").asInt(),
                node.path("gid").asInt(),
                Instant.parse(node.path("modified").asText()),
                extended);
    }

    private static String text(ByteString bytes) {
        return Base64.getEncoder().encodeToString(bytes.toByteArray());
    }

    private static ByteString bytes(String text) {
        return ByteString.copyFrom(Base64.getDecoder().decode(text));
    }

    private static JsonNode parse(String text) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException damaged) {
            throw new IllegalStateException("journal: " + text + " (expected: JSON)", damaged);
        }
    }
}
