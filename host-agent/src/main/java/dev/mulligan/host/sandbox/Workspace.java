package dev.mulligan.host.sandbox;

import dev.mulligan.host.SandboxId;
import dev.mulligan.host.guest.GuestPath;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;

/**
 * A folder of the host as a sandbox sees it.
 *
 * @param id its name in the sandbox; forks have theirs under the same one
 * @param folder on the host, as it was granted
 * @param excludes patterns of what of it does not travel
 * @param path where it is in the guest
 * @param writable whether a task may write to it; what it writes reaches the folder only by being applied
 * @param image digest of what the folder was packed into
 */
public record Workspace(
        SandboxId sandbox,
        String id,
        Path folder,
        List<String> excludes,
        GuestPath path,
        boolean writable,
        String image,
        Instant created) {
    public Workspace {
        excludes = List.copyOf(excludes);
    }

    /** The same folder in a fork. */
    Workspace in(SandboxId other) {
        return new Workspace(other, id, folder, excludes, path, writable, image, created);
    }

    /** Whether one of two places is in the other. */
    boolean overlaps(GuestPath other) {
        return path.equals(other) || path.isBelow(other) || other.isBelow(path);
    }
}
