package dev.mulligan.host.workspace.store;

import dev.mulligan.host.workspace.change.Change;
import java.nio.file.Path;

/**
 * A change with the folder that it is about.
 *
 * @param folder absolute path on the host
 */
record FolderChange(Path folder, Change change) {}
