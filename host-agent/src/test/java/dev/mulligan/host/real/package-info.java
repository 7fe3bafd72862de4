/** What tests with real machines share. */
@NullMarked
package dev.mulligan.host.real;

import org.jspecify.annotations.NullMarked;
