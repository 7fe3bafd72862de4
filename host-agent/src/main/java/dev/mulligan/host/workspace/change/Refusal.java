package dev.mulligan.host.workspace.change;

import dev.mulligan.host.workspace.RelativePath;

/**
 * Something the task did that never reaches the host.
 *
 * @param reason for people: "set-user-id", "FIFO", "link that leads out of the folder"
 */
public record Refusal(RelativePath path, String reason) {}
