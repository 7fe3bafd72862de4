package dev.mulligan.host.task;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mulligan.host.scope.Limits;
import dev.mulligan.host.scope.Scope;
import dev.mulligan.host.scope.Tool;
import dev.mulligan.host.tool.CallJson;
import dev.mulligan.vm.DataSize;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
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
        json.set("scope", scope(spec.scope()));
        json.put("on_failure", spec.onFailure().name());
        spec.calls().forEach(call -> json.withArray("calls").add(CallJson.write(call)));
        spec.labels().forEach((key, value) -> json.withObjectProperty("labels").put(key, value));
        json.put("keep_sandbox", spec.keepSandbox());
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
                scope(json.path("scope")),
                OnFailure.valueOf(json.path("on_failure").asText()),
                calls,
                labels,
                json.path("keep_sandbox").asBoolean());
    }

    private static ObjectNode scope(Scope scope) {
        ObjectNode json = Json.object();
        scope.tools().forEach(tool -> json.withArray("tools").add(tool.name()));
        json.put("root", scope.root());
        Limits limits = scope.limits();
        limits.time().ifPresent(time -> json.put("time", time.toString()));
        limits.memory().ifPresent(memory -> json.put("memory", memory.bytes()));
        limits.cpuMillis().ifPresent(cpu -> json.put("cpu_millis", cpu));
        limits.output().ifPresent(output -> json.put("output", output.bytes()));
        limits.processes().ifPresent(processes -> json.put("processes", processes));
        return json;
    }

    private static Scope scope(JsonNode json) {
        EnumSet<Tool> tools = EnumSet.noneOf(Tool.class);
        json.path("tools").forEach(tool -> tools.add(Tool.valueOf(tool.asText())));
        return new Scope(
                tools,
                json.path("root").asBoolean(),
                new Limits(
                        Json.text(json, "time").map(Duration::parse),
                        Json.number(json, "memory").map(DataSize::ofBytes),
                        integer(json, "cpu_millis"),
                        Json.number(json, "output").map(DataSize::ofBytes),
                        integer(json, "processes")));
    }

    private static OptionalInt integer(JsonNode json, String name) {
        return json.has(name) ? OptionalInt.of(json.get(name).asInt()) : OptionalInt.empty();
    }
}
