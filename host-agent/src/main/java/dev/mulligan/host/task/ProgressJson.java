package dev.mulligan.host.task;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mulligan.host.Actor;
import dev.mulligan.host.SandboxId;
import dev.mulligan.host.TaskId;
import dev.mulligan.host.scope.Tool;
import dev.mulligan.vm.CheckpointId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** How far a task got, as it is kept: results of calls, and the whole task but for its specification. */
final class ProgressJson {
    private ProgressJson() {}

    static ObjectNode write(CallResult result) {
        ObjectNode json = Json.object();
        json.put("index", result.index());
        json.put("tool", result.tool().name());
        json.put("outcome", result.outcome().name());
        json.put("exit_code", result.exitCode());
        json.put("message", result.message());
        json.put("duration", result.duration().toString());
        json.put("output_bytes", result.outputBytes());
        if (!result.value().isEmpty()) {
            json.put("value", result.value());
        }
        result.checkpoint().ifPresent(checkpoint -> json.put("checkpoint", checkpoint.value()));
        return json;
    }

    static CallResult readResult(JsonNode json) {
        return new CallResult(
                json.path("index").asInt(),
                Tool.valueOf(json.path("tool").asText()),
                CallResult.Outcome.valueOf(json.path("outcome").asText()),
                json.path("exit_code").asInt(),
                json.path("message").asText(),
                Duration.parse(json.path("duration").asText()),
                json.path("output_bytes").asLong(),
                Json.text(json, "checkpoint").map(CheckpointId::new),
                json.path("value").asText());
    }

    static ObjectNode write(Task task) {
        ObjectNode json = Json.object();
        json.put("actor", task.actor().name());
        json.put("state", task.state().name());
        task.sandbox().ifPresent(sandbox -> json.put("sandbox", sandbox.value()));
        task.before().ifPresent(checkpoint -> json.put("before", checkpoint.value()));
        json.put("created", task.created().toString());
        task.started().ifPresent(time -> json.put("started", time.toString()));
        task.ended().ifPresent(time -> json.put("ended", time.toString()));
        task.results().forEach(result -> json.withArray("results").add(write(result)));
        json.put("reason", task.reason());
        json.put("rolled_back", task.rolledBack());
        return json;
    }

    static Task readTask(JsonNode json, TaskId id, TaskSpec spec) {
        List<CallResult> results = new ArrayList<>();
        json.path("results").forEach(result -> results.add(readResult(result)));
        return new Task(
                id,
                spec,
                new Actor(json.path("actor").asText()),
                TaskState.valueOf(json.path("state").asText()),
                Json.text(json, "sandbox").map(SandboxId::new),
                Json.text(json, "before").map(CheckpointId::new),
                Instant.parse(json.path("created").asText()),
                Json.text(json, "started").map(Instant::parse),
                Json.text(json, "ended").map(Instant::parse),
                results,
                json.path("reason").asText(),
                json.path("rolled_back").asBoolean());
    }
}
