@NullMarked
package dev.mulligan.host.cli.taskfile;

import org.jspecify.annotations.NullMarked;
