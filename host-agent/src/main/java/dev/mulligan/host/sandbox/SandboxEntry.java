package dev.mulligan.host.sandbox;

import java.time.Instant;

/**
 * A sandbox as the journal keeps it.
 *
 * @param since when it came into its state
 */
record SandboxEntry(Sandbox sandbox, Instant since) {
    SandboxEntry in(SandboxState state, String reason, Instant now) {
        return new SandboxEntry(
                new Sandbox(
                        sandbox.id(),
                        sandbox.name(),
                        sandbox.labels(),
                        sandbox.image(),
                        sandbox.imageDigest(),
                        sandbox.size(),
                        sandbox.environment(),
                        sandbox.idle(),
                        state,
                        sandbox.created(),
                        sandbox.lastUsed(),
                        sandbox.task(),
                        reason),
                now);
    }

    SandboxEntry with(Instant lastUsed, java.util.Optional<dev.mulligan.host.TaskId> task) {
        return new SandboxEntry(
                new Sandbox(
                        sandbox.id(),
                        sandbox.name(),
                        sandbox.labels(),
                        sandbox.image(),
                        sandbox.imageDigest(),
                        sandbox.size(),
                        sandbox.environment(),
                        sandbox.idle(),
                        sandbox.state(),
                        sandbox.created(),
                        lastUsed,
                        task,
                        sandbox.reason()),
                since);
    }
}
