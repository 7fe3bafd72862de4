@NullMarked
package dev.mulligan.host.cli.bench.measure;

import org.jspecify.annotations.NullMarked;
