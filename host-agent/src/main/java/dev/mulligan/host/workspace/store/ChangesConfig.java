package dev.mulligan.host.workspace.store;

import dev.mulligan.host.workspace.apply.UndoRetention;
import dev.mulligan.host.workspace.change.ChangeLimits;

/** How much change sets may hold, and how much of what was applied can be undone. */
public record ChangesConfig(ChangeLimits limits, UndoRetention retention) {
    /** What a machine with a few GiB to spare can keep. */
    public static final ChangesConfig DEFAULT = new ChangesConfig(ChangeLimits.DEFAULT, UndoRetention.DEFAULT);
}
