package dev.mulligan.host.sandbox;

import dev.mulligan.host.SandboxId;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** What a fork has from its parent: image, size, environment, idle times, and those labels that are not the host's own. */
final class Heredity {
    /** Labels that begin so say something about one sandbox, and not about its forks. */
    private static final String OWN = "mulligan.";

    private Heredity() {}

    static SandboxEntry child(Sandbox parent, SandboxId id, String name, ForkRequest request, Instant now) {
        return new SandboxEntry(
                new Sandbox(
                        id,
                        name,
                        labels(parent.labels(), request.labels()),
                        parent.image(),
                        parent.imageDigest(),
                        parent.size(),
                        parent.environment(),
                        parent.idle(),
                        SandboxState.STARTING,
                        now,
                        now,
                        Optional.empty(),
                        ""),
                now);
    }

    private static Map<String, String> labels(Map<String, String> inherited, Map<String, String> added) {
        Map<String, String> labels = new HashMap<>(inherited);
        labels.keySet().removeIf(key -> key.startsWith(OWN));
        labels.putAll(added);
        return labels;
    }
}
