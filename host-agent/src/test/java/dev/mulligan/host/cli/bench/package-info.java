@NullMarked
package dev.mulligan.host.cli.bench;

import org.jspecify.annotations.NullMarked;
