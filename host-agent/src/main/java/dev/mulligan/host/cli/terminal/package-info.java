/**
 * What a person sees and types: streams, colours, progress, tables, interrupts, the raw terminal. Start at {@link
 * dev.mulligan.host.cli.terminal.Console}.
 */
@NullMarked
package dev.mulligan.host.cli.terminal;

import org.jspecify.annotations.NullMarked;
