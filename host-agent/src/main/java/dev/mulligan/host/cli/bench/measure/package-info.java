/**
 * How something is measured: what is timed, in which order, and what comes out. Knows nothing of what is measured.
 * Start at {@link Contest}.
 */
@NullMarked
package dev.mulligan.host.cli.bench.measure;

import org.jspecify.annotations.NullMarked;
