package dev.mulligan.host.task;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mulligan.host.scope.Tool;
import dev.mulligan.host.task.TaskEvent.CallEnded;
import dev.mulligan.host.task.TaskEvent.CallStarted;
import dev.mulligan.host.task.TaskEvent.Progress;
import dev.mulligan.host.task.TaskEvent.StateChanged;
import dev.mulligan.vm.CheckpointId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** What an event says, before it has a sequence and a time; output aside, which is kept as bytes. */
sealed interface EventBody {
    record State(Task task) implements EventBody {}

    record Started(int index, Tool tool, Optional<CheckpointId> checkpoint) implements EventBody {}

    record Ended(CallResult result) implements EventBody {}

    record Step(String message) implements EventBody {}

    /** The kind under which it is kept. */
    static String kind(EventBody body) {
        return switch (body) {
            case State ignored -> "state";
            case Started ignored -> "call_started";
            case Ended ignored -> "call_ended";
            case Step ignored -> "progress";
        };
    }

    static String json(EventBody body) {
        return switch (body) {
            case State state -> ProgressJson.write(state.task()).toString();
            case Ended ended -> ProgressJson.write(ended.result()).toString();
            case Step step -> Json.object().put("message", step.message()).toString();
            case Started started -> {
                ObjectNode json = Json.object()
                        .put("index", started.index())
                        .put("tool", started.tool().name());
                started.checkpoint().ifPresent(checkpoint -> json.put("checkpoint", checkpoint.value()));
                yield json.toString();
            }
        };
    }

    /** The event of a kept kind and body; {@code known} gives what is not kept with it. */
    static TaskEvent event(long sequence, Instant time, String kind, String body, Task known) {
        JsonNode json = Json.parse(body);
        return switch (kind) {
            case "state" -> new StateChanged(sequence, time, ProgressJson.readTask(json, known.id(), known.spec()));
            case "call_started" ->
                new CallStarted(
                        sequence,
                        time,
                        json.path("index").asInt(),
                        Tool.valueOf(json.path("tool").asText()),
                        Json.text(json, "checkpoint").map(CheckpointId::new));
            case "call_ended" -> new CallEnded(sequence, time, ProgressJson.readResult(json), List.of());
            case "progress" -> new Progress(sequence, time, json.path("message").asText());
            default -> throw new IllegalStateException("an unknown event is kept: " + kind);
        };
    }
}
