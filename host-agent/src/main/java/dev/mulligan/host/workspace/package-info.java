/**
 * A granted folder and what a task did to it, as values: the border between packing, the guest's stream and change sets.
 * Start at {@link RelativePath}; {@link FolderManifest} is what was given, {@link UpperEntry} what came back.
 */
@NullMarked
package dev.mulligan.host.workspace;

import org.jspecify.annotations.NullMarked;
