/**
 * Child processes: started from an argument list, heard line by line, ended when the build is.
 *
 * <p>Start reading at {@link dev.mulligan.image.command.CommandRunner}.
 */
@NullMarked
package dev.mulligan.image.command;

import org.jspecify.annotations.NullMarked;
