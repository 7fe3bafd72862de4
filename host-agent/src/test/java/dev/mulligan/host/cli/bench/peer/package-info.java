@NullMarked
package dev.mulligan.host.cli.bench.peer;

import org.jspecify.annotations.NullMarked;
