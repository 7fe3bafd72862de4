/**
 * Tar archives to and from a guest. What comes from there is a stranger's: start at {@link
 * dev.mulligan.host.cli.archive.TarUnpacker}, which says what it holds against it.
 */
@NullMarked
package dev.mulligan.host.cli.archive;

import org.jspecify.annotations.NullMarked;
