package dev.mulligan.host.cli;

import dev.mulligan.proto.host.v1.Sandbox;
import dev.mulligan.proto.host.v1.Task;
import dev.mulligan.proto.host.v1.TaskState;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One candidate of a try when its task has ended.
 *
 * @param number from 1
 * @param changes empty if they could not be found out: more than {@value CapturedProgram#LONGEST} bytes of names, or a
 *     machine that does not answer
 * @param folders what its task wrote to the folders that its scope grants
 * @param score empty if nobody asked, or the task did not succeed
 */
record Candidate(
        int number,
        Sandbox sandbox,
        Task task,
        Optional<HomeChanges> changes,
        List<FolderChanges> folders,
        Optional<Score> score) {
    Candidate {
        folders = List.copyOf(folders);
    }

    boolean succeeded() {
        return task.getState() == TaskState.SUCCEEDED;
    }

    int exitCode() {
        return task.getResultsCount() == 0
                ? 0
                : task.getResults(task.getResultsCount() - 1).getExitCode();
    }

    String time() {
        return task.hasStarted() && task.hasEnded()
                ? Elapsed.between(task.getStarted(), task.getEnded()).toString()
                : "";
    }

    /** For programs. */
    Map<String, Object> fields(boolean picked) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("candidate", number);
        fields.put("sandbox", sandbox.getId());
        fields.put("name", sandbox.getName());
        fields.put("task", task.getId());
        fields.put("state", new TaskView(task).state());
        fields.put("reason", task.getReason());
        fields.put("exitCode", exitCode());
        fields.put("durationMs", duration().toMillis());
        fields.put("changesKnown", changes.isPresent());
        fields.put("created", changes.map(HomeChanges::created).orElse(List.of()));
        fields.put("modified", changes.map(HomeChanges::modified).orElse(List.of()));
        fields.put("deleted", changes.map(HomeChanges::deleted).orElse(List.of()));
        fields.put("folders", folders.stream().map(FolderChanges::fields).toList());
        score.ifPresent(said -> {
            fields.put("scoreOutput", said.output());
            fields.put("scoreErrors", said.errors());
            said.number().ifPresent(number -> fields.put("score", number));
            if (!said.missing().isEmpty()) {
                fields.put("scoreMissing", said.missing());
            }
        });
        fields.put("picked", picked);
        return fields;
    }

    private Duration duration() {
        return task.hasStarted() && task.hasEnded()
                ? Duration.ofSeconds(
                        task.getEnded().getSeconds() - task.getStarted().getSeconds(),
                        task.getEnded().getNanos() - task.getStarted().getNanos())
                : Duration.ZERO;
    }
}
