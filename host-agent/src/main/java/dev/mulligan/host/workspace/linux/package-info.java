/** System calls for files in granted folders, through Java's foreign functions. Start at {@link Place}. */
@NullMarked
package dev.mulligan.host.workspace.linux;

import org.jspecify.annotations.NullMarked;
