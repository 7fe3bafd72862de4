/**
 * Folders of the host inside the guest: mounts, and what was written since. Start reading at
 * {@link dev.mulligan.guest.workspace.WorkspaceService}.
 */
@NullMarked
package dev.mulligan.guest.workspace;

import org.jspecify.annotations.NullMarked;
