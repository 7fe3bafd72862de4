/**
 * The command line: one class per command, each a client of the host agent like any other. Start at {@link
 * dev.mulligan.host.cli.MulliganCommand}, the door; then {@link dev.mulligan.host.cli.CommandTree}, which wires the
 * commands, and {@link dev.mulligan.host.cli.Invocation}, which they share.
 *
 * <p>stdout carries the result and nothing else, stderr is for people. Errors become words and an exit code in one
 * place, {@link dev.mulligan.host.cli.Failure}.
 */
@NullMarked
package dev.mulligan.host.cli;

import org.jspecify.annotations.NullMarked;
