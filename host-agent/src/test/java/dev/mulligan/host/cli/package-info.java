@NullMarked
package dev.mulligan.host.cli;

import org.jspecify.annotations.NullMarked;
