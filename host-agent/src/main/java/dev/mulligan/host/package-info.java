/**
 * The host agent: the program that owns sandboxes, decides, and keeps the record.
 *
 * <p>Start reading at {@link dev.mulligan.host.HostAgent}. This package holds what every other one speaks of: ids,
 * actors, and the one exception.
 */
@NullMarked
package dev.mulligan.host;

import org.jspecify.annotations.NullMarked;
