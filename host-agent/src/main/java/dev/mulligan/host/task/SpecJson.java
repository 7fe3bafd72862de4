package dev.mulligan.host.task;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mulligan.host.TaskId;
import dev.mulligan.host.ThreadName;
import dev.mulligan.host.tool.CallJson;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A task's specification as the journal keeps it. Written by hand: what is on the disk must not follow a rename. */
final class SpecJson {
    private SpecJson() {}

    static String write(TaskSpec spec) {
        ObjectNode json = Json.object();
        json.put("name", spec.name());
        switch (spec.place()) {
            case TaskPlace.NewSandbox place -> json.put("image", place.image());
            case TaskPlace.ExistingSandbox place -> json.put("sandbox", place.sandbox());
        }
        json.set("scope", ScopeJson.write(spec.scope()));
        json.put("on_failure", spec.onFailure().name());
        spec.calls().forEach(call -> json.withArray("calls").add(CallJson.write(call)));
        spec.labels().forEach((key, value) -> json.withObjectProperty("labels").put(key, value));
        json.put("keep_sandbox", spec.keepSandbox());
        spec.lineage().parent().ifPresent(parent -> json.put("parent", parent.value()));
        spec.lineage().thread().ifPresent(thread -> json.put("thread", thread.value()));
        spec.lineage().previous().ifPresent(previous -> json.put("previous", previous.value()));
        spec.lineage().withheld().forEach(text -> json.withArray("withheld").add(text));
        return json.toString();
    }

    static TaskSpec read(String text) {
        JsonNode json = Json.parse(text);
        List<dev.mulligan.host.tool.ToolCall> calls = new ArrayList<>();
        json.path("calls").forEach(call -> calls.add(CallJson.read(call)));
        Map<String, String> labels = new TreeMap<>();
        json.path("labels")
                .properties()
                .forEach(label -> labels.put(label.getKey(), label.getValue().asText()));
        return new TaskSpec(
                json.path("name").asText(),
                json.has("image")
                        ? new TaskPlace.NewSandbox(json.path("image").asText())
                        : new TaskPlace.ExistingSandbox(json.path("sandbox").asText()),
                ScopeJson.read(json.path("scope")),
                OnFailure.valueOf(json.path("on_failure").asText()),
                calls,
                labels,
                json.path("keep_sandbox").asBoolean(),
                lineage(json));
    }

    private static Lineage lineage(JsonNode json) {
        List<String> withheld = new ArrayList<>();
        json.path("withheld").forEach(text -> withheld.add(text.asText()));
        return new Lineage(
                Json.text(json, "parent").map(TaskId::new),
                Json.text(json, "thread").map(ThreadName::new),
                Json.text(json, "previous").map(TaskId::new),
                withheld);
    }
}
