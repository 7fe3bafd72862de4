/**
 * Measures what a client sees: from the call to the last byte of the answer, each row beside a peer in the same run.
 * Start at {@link Bench}.
 */
@NullMarked
package dev.mulligan.host.cli.bench;

import org.jspecify.annotations.NullMarked;
