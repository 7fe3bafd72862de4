package dev.mulligan.host.workspace.store;

import dev.mulligan.host.scope.Ruling;
import dev.mulligan.host.workspace.change.Change;

/** What a task's scope says about a change, before it is applied. */
@FunctionalInterface
public interface ChangeRules {
    Ruling decide(Change change);
}
