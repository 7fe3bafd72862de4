@NullMarked
package dev.mulligan.host.cli.bench.report;

import org.jspecify.annotations.NullMarked;
