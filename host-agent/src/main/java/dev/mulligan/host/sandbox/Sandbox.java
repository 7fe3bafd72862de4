package dev.mulligan.host.sandbox;

import dev.mulligan.host.SandboxId;
import dev.mulligan.host.TaskId;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * A sandbox as it was at one moment.
 *
 * @param image what was asked for; {@code imageDigest} what it stood for
 * @param task the task that holds it now
 * @param reason why it is {@link SandboxState#BROKEN}; for people; empty otherwise
 */
public record Sandbox(
        SandboxId id,
        String name,
        Map<String, String> labels,
        String image,
        String imageDigest,
        SandboxSize size,
        Map<String, String> environment,
        IdleTimeouts idle,
        SandboxState state,
        Instant created,
        Instant lastUsed,
        Optional<TaskId> task,
        String reason) {
    public Sandbox {
        labels = Map.copyOf(labels);
        environment = Map.copyOf(environment);
    }
}
