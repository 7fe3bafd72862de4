package dev.mulligan.host.workspace.apply;

import dev.mulligan.host.workspace.RelativePath;

/**
 * A path that cannot be changed as it was meant, because the folder is no longer as it was.
 *
 * @param reason for people: "changed since"
 * @param yours what stands there now
 */
public record Conflict(RelativePath path, String reason, PathState yours) {}
