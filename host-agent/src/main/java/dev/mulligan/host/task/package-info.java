/** Task life cycle, queue, recovery after a crash. Start at {@link Tasks}. */
@NullMarked
package dev.mulligan.host.task;

import org.jspecify.annotations.NullMarked;
