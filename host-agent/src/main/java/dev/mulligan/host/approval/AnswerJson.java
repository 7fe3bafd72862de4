package dev.mulligan.host.approval;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mulligan.host.tool.CallJson;

/** An answer as the store keeps it. */
final class AnswerJson {
    private AnswerJson() {}

    static String write(Answer answer) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        switch (answer) {
            case Answer.Allow allow -> json.put("answer", "allow").put("for_task", allow.forTask());
            case Answer.Edit edit -> json.put("answer", "edit").set("call", CallJson.write(edit.call()));
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
            case "deny" ->
                new Answer.Deny(json.path("reason").asText(), json.path("stop").asBoolean());
            case "expired" -> new Answer.Expired();
            case "withdrawn" -> new Answer.Withdrawn();
            default -> throw new IllegalStateException("the store holds an unknown answer: " + answer);
        };
    }
}
