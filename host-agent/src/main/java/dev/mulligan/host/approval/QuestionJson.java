package dev.mulligan.host.approval;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.mulligan.host.SandboxId;
import dev.mulligan.host.TaskId;
import dev.mulligan.host.audit.CanonicalJson;
import dev.mulligan.host.audit.EntryHash;
import dev.mulligan.host.scope.Tool;
import dev.mulligan.host.workspace.Sha256;
import dev.mulligan.host.workspace.store.ChangeSetId;
import dev.mulligan.vm.CheckpointId;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** A question as it is shown: canonical JSON, of which an answer names the digest. */
final class QuestionJson {
    private static final JsonMapper MAPPER = new JsonMapper();
    /** Only questions about changes have it. */
    private static final String CHANGES = "changes";

    private QuestionJson() {}

    static String write(ApprovalId id, Question question) {
        Map<String, Object> shown = new HashMap<>();
        shown.put("approval", id.value());
        shown.put("task", question.task().value());
        shown.put("rule", question.rule());
        shown.put("reason", question.reason());
        switch (question) {
            case CallQuestion call -> add(shown, call);
            case ChangesQuestion changes -> add(shown, changes);
        }
        return CanonicalJson.write(shown);
    }

    private static void add(Map<String, Object> shown, CallQuestion question) {
        shown.put("sandbox", question.sandbox().value());
        shown.put("call", (long) question.call());
        shown.put("tool", question.tool().label());
        shown.put("root", Boolean.toString(question.root()));
        shown.put("arguments", question.arguments());
        question.wayBack().ifPresent(checkpoint -> shown.put("way_back", checkpoint.value()));
    }

    private static void add(Map<String, Object> shown, ChangesQuestion question) {
        shown.put("change_set", question.changeSet().value());
        shown.put("folder", question.folder().toString());
        shown.put("created", (long) question.created());
        shown.put("modified", (long) question.modified());
        shown.put("deleted", (long) question.deleted());
        shown.put("renamed", (long) question.renamed());
        shown.put(CHANGES, question.changes().hex());
    }

    static Question read(String shown) {
        JsonNode json = parse(shown);
        return json.has(CHANGES) ? changes(json) : call(json);
    }

    private static CallQuestion call(JsonNode json) {
        return new CallQuestion(
                new TaskId(json.path("task").asText()),
                new SandboxId(json.path("sandbox").asText()),
                json.path("call").asInt(),
                Tool.ofLabel(json.path("tool").asText()),
                Boolean.parseBoolean(json.path("root").asText()),
                json.path("arguments").asText(),
                json.path("rule").asText(),
                json.path("reason").asText(),
                Optional.ofNullable(json.get("way_back")).map(JsonNode::asText).map(CheckpointId::new));
    }

    private static ChangesQuestion changes(JsonNode json) {
        return new ChangesQuestion(
                new TaskId(json.path("task").asText()),
                new ChangeSetId(json.path("change_set").asText()),
                Path.of(json.path("folder").asText()),
                json.path("rule").asText(),
                json.path("reason").asText(),
                json.path("created").asInt(),
                json.path("modified").asInt(),
                json.path("deleted").asInt(),
                json.path("renamed").asInt(),
                Sha256.ofHex(json.path(CHANGES).asText()));
    }

    static JsonNode parse(String text) {
        try {
            return MAPPER.readTree(text);
        } catch (JsonProcessingException damaged) {
            throw new IllegalStateException("the store holds no JSON where it should", damaged);
        }
    }

    static String digest(String shown) {
        return EntryHash.of(shown).hex();
    }
}
