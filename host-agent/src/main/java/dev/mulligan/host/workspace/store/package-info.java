/** Change sets of tasks, kept until they are decided: listed, shown, applied, rejected, undone. Start at {@link ChangeSets}. */
@NullMarked
package dev.mulligan.host.workspace.store;

import org.jspecify.annotations.NullMarked;
