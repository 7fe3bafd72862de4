package dev.mulligan.host.sandbox;

import dev.mulligan.host.TaskId;
import java.util.Map;
import java.util.Optional;

/**
 * What a new sandbox shall be.
 *
 * @param name empty: chosen by the host
 * @param image a name or digest
 * @param size empty: the host's default
 * @param task the task that it is created for, which holds it from the first moment
 */
public record SandboxRequest(
        Optional<String> name,
        String image,
        Optional<SandboxSize> size,
        Map<String, String> labels,
        Map<String, String> environment,
        IdleTimeouts idle,
        Optional<TaskId> task) {
    public SandboxRequest {
        labels = Map.copyOf(labels);
        environment = Map.copyOf(environment);
    }
}
