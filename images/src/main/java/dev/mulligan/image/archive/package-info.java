/**
 * Reads root file systems without unpacking them, and writes what boots them.
 *
 * <p>Start reading at {@link dev.mulligan.image.archive.RootArchive}. What is in an archive was written by others:
 * names are compared and never followed, sizes are bounded before anything is read.
 */
@NullMarked
package dev.mulligan.image.archive;

import org.jspecify.annotations.NullMarked;
