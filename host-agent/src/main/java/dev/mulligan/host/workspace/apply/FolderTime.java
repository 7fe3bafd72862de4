package dev.mulligan.host.workspace.apply;

import dev.mulligan.host.workspace.RelativePath;
import java.time.Instant;
import java.util.Optional;

/**
 * When a directory had last changed, before and after names in it were changed by an apply.
 *
 * @param directory empty for the folder itself
 * @param after empty until that is known
 */
public record FolderTime(Optional<RelativePath> directory, Instant before, Optional<Instant> after) {}
