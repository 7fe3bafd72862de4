/**
 * Tasks as people write them: a YAML file, or a program with its arguments. Start at {@link
 * dev.mulligan.host.cli.taskfile.TaskFile}. Every complaint names file, line and column, the value, and what was
 * expected there; nothing is dispatched from a file with a mistake in it.
 */
@NullMarked
package dev.mulligan.host.cli.taskfile;

import org.jspecify.annotations.NullMarked;
