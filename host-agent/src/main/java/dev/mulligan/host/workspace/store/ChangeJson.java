package dev.mulligan.host.workspace.store;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.ByteString;
import dev.mulligan.host.workspace.FolderEntry;
import dev.mulligan.host.workspace.LinkTarget;
import dev.mulligan.host.workspace.RelativePath;
import dev.mulligan.host.workspace.Sha256;
import dev.mulligan.host.workspace.change.Change;
import java.time.Instant;
import java.util.Base64;

/** Changes as the database keeps them: JSON, bytes in Base64; the path is in a column of its own. */
final class ChangeJson {
    private static final ObjectMapper JSON = new ObjectMapper();

    private ChangeJson() {}

    static String write(Change change) {
        ObjectNode node = JSON.createObjectNode().put("kind", change.kind());
        if (change instanceof Change.Renamed renamed) {
            node.put("from", text(renamed.from().bytes()));
        }
        change.before().ifPresent(entry -> node.set("before", write(entry)));
        change.after().ifPresent(entry -> node.set("after", write(entry)));
        return node.toString();
    }

    static Change read(RelativePath path, String text) {
        try {
            JsonNode node = JSON.readTree(text);
            return switch (node.path("kind").asText()) {
                case "create" -> new Change.Created(path, entry(node.path("after")));
                case "modify" -> new Change.Modified(path, entry(node.path("before")), entry(node.path("after")));
                case "delete" -> new Change.Deleted(path, entry(node.path("before")));
                case "rename" ->
                    new Change.Renamed(
                            RelativePath.ofBytes(bytes(node.path("from"))),
                            path,
                            (FolderEntry.File) entry(node.path("before")),
                            (FolderEntry.File) entry(node.path("after")));
                default -> throw new IllegalStateException("change: " + text + " (expected: a known kind)");
            };
        } catch (JsonProcessingException damaged) {
            throw new IllegalStateException("change: " + text + " (expected: JSON)", damaged);
        }
    }

    private static ObjectNode write(FolderEntry entry) {
        ObjectNode node = JSON.createObjectNode();
        return switch (entry) {
            case FolderEntry.File file ->
                node.put("mode", file.mode())
                        .put("modified", file.modified().toString())
                        .put("size", file.size())
                        .put("digest", file.digest().hex());
            case FolderEntry.Directory directory ->
                node.put("mode", directory.mode())
                        .put("modified", directory.modified().toString());
            case FolderEntry.Link link -> node.put("target", text(link.target().bytes()));
        };
    }

    private static FolderEntry entry(JsonNode node) {
        if (node.has("target")) {
            return new FolderEntry.Link(new LinkTarget(bytes(node.path("target"))));
        }
        int mode = node.path("mode").asInt();
        Instant modified = Instant.parse(node.path("modified").asText());
        return node.has("digest")
                ? new FolderEntry.File(
                        mode,
                        node.path("size").asLong(),
                        modified,
                        Sha256.ofHex(node.path("digest").asText()))
                : new FolderEntry.Directory(mode, modified);
    }

    private static String text(ByteString bytes) {
        return Base64.getEncoder().encodeToString(bytes.toByteArray());
    }

    private static ByteString bytes(JsonNode node) {
        return ByteString.copyFrom(Base64.getDecoder().decode(node.asText()));
    }
}
