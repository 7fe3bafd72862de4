package dev.mulligan.host.approval;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.mulligan.host.SandboxId;
import dev.mulligan.host.TaskId;
import dev.mulligan.host.audit.CanonicalJson;
import dev.mulligan.host.audit.EntryHash;
import dev.mulligan.host.scope.Tool;
import dev.mulligan.vm.CheckpointId;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** A question as it is shown: canonical JSON, of which an answer names the digest. */
final class QuestionJson {
    private static final JsonMapper MAPPER = new JsonMapper();

    private QuestionJson() {}

    static String write(ApprovalId id, Question question) {
        Map<String, Object> shown = new HashMap<>();
        shown.put("approval", id.value());
        shown.put("task", question.task().value());
        shown.put("sandbox", question.sandbox().value());
        shown.put("call", (long) question.call());
        shown.put("tool", question.tool().label());
        shown.put("root", Boolean.toString(question.root()));
        shown.put("arguments", question.arguments());
        shown.put("rule", question.rule());
        shown.put("reason", question.reason());
        question.wayBack().ifPresent(checkpoint -> shown.put("way_back", checkpoint.value()));
        return CanonicalJson.write(shown);
    }

    static Question read(String shown) {
        JsonNode json = parse(shown);
        return new Question(
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
