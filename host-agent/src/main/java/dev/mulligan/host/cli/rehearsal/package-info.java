/**
 * What the build plays once to train the AOT cache of the command line. Start reading at {@link
 * dev.mulligan.host.cli.rehearsal.Rehearsal}.
 */
@NullMarked
package dev.mulligan.host.cli.rehearsal;

import org.jspecify.annotations.NullMarked;
