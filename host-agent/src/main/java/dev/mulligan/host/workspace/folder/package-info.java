/**
 * Files of a granted folder, always found below it and never through a link. Start at {@link OpenDirectory}; {@link
 * OpenDirectories} opens the folder itself.
 */
@NullMarked
package dev.mulligan.host.workspace.folder;

import org.jspecify.annotations.NullMarked;
