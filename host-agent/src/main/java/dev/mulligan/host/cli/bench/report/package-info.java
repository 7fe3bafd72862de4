/** The outcome of a run: as a table for people, as JSON for programs, and against an earlier one. */
@NullMarked
package dev.mulligan.host.cli.bench.report;

import org.jspecify.annotations.NullMarked;
