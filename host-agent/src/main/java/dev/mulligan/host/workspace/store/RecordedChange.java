package dev.mulligan.host.workspace.store;

import dev.mulligan.host.scope.Ruling;
import dev.mulligan.host.workspace.RelativePath;
import dev.mulligan.host.workspace.change.Change;
import java.util.Optional;

/**
 * A change and what became of it.
 *
 * @param change what is left of it, if some hunks have been applied
 * @param lookalike another path that people could take this new one for
 * @param ruling what the task's scope says about it
 */
public record RecordedChange(Change change, ChangeState state, Optional<RelativePath> lookalike, Ruling ruling) {}
