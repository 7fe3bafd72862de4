package dev.mulligan.host.approval;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.ByteString;
import dev.mulligan.host.tool.CallJson;
import dev.mulligan.host.workspace.Sha256;
import dev.mulligan.host.workspace.change.Selection;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** An answer as the store keeps it. */
final class AnswerJson {
    /** Of an answer of a host agent that did not know what was seen: the digest of no change. */
    private static final Sha256 UNSEEN = Sha256.of(ByteString.EMPTY);

    private AnswerJson() {}

    static String write(Answer answer) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        switch (answer) {
            case Answer.Allow allow -> json.put("answer", "allow").put("for_task", allow.forTask());
            case Answer.Edit edit -> json.put("answer", "edit").set("call", CallJson.write(edit.call()));
            case Answer.Narrow narrow -> json.put("answer", "narrow").set("chosen", write(narrow));
            case Answer.Deny deny ->
                json.put("answer", "deny").put("reason", deny.reason()).put("stop", deny.stop());
            case Answer.Expired ignored -> json.put("answer", "expired");
            case Answer.Withdrawn ignored -> json.put("answer", "withdrawn");
        }
        return json.toString();
    }

    static Answer read(String text) {
        JsonNode json = QuestionJson.parse(text);
        String answer = json.path("answer").asText();
        return switch (answer) {
            case "allow" -> new Answer.Allow(json.path("for_task").asBoolean());
            case "edit" -> new Answer.Edit(CallJson.read(json.path("call")));
            case "narrow" -> narrow(json.path("chosen"));
            case "deny" ->
                new Answer.Deny(json.path("reason").asText(), json.path("stop").asBoolean());
            case "expired" -> new Answer.Expired();
            case "withdrawn" -> new Answer.Withdrawn();
            default -> throw new IllegalStateException("the store holds an unknown answer: " + answer);
        };
    }

    private static ObjectNode write(Answer.Narrow narrow) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        narrow.paths().forEach(json.putArray("paths")::add);
        narrow.exact().forEach(json.putArray("exact")::add);
        ObjectNode hunks = json.putObject("hunks");
        ObjectNode seen = json.putObject("seen");
        narrow.hunks().forEach((path, chosen) -> {
            chosen.numbers().forEach(hunks.putArray(path)::add);
            seen.put(path, chosen.seen().hex());
        });
        ObjectNode resolutions = json.putObject("resolutions");
        narrow.resolutions().forEach((path, resolution) -> resolutions.put(path, resolution.name()));
        return json;
    }

    private static Answer.Narrow narrow(JsonNode json) {
        List<String> paths = new ArrayList<>();
        json.path("paths").forEach(path -> paths.add(path.asText()));
        List<String> exact = new ArrayList<>();
        json.path("exact").forEach(path -> exact.add(path.asText()));
        Map<String, Selection.Hunks> hunks = new HashMap<>();
        json.path("hunks").properties().forEach(file -> {
            Set<Integer> numbers = new HashSet<>();
            file.getValue().forEach(number -> numbers.add(number.asInt()));
            JsonNode seen = json.path("seen").path(file.getKey());
            hunks.put(
                    file.getKey(),
                    new Selection.Hunks(numbers, seen.isTextual() ? Sha256.ofHex(seen.asText()) : UNSEEN));
        });
        Map<String, Selection.Resolution> resolutions = new HashMap<>();
        json.path("resolutions")
                .properties()
                .forEach(file -> resolutions.put(
                        file.getKey(),
                        Selection.Resolution.valueOf(file.getValue().asText())));
        return new Answer.Narrow(paths, exact, hunks, resolutions);
    }
}
