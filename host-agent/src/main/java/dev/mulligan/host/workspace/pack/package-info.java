/**
 * From a folder of the host to a read-only disk image of it, and the list of what the image has. Start reading at
 * {@link dev.mulligan.host.workspace.pack.FolderPacker}.
 */
@NullMarked
package dev.mulligan.host.workspace.pack;

import org.jspecify.annotations.NullMarked;
