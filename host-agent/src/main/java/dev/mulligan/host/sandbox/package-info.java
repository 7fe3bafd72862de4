/**
 * Joins machines, images and the guest: acquire, checkpoint, roll back, release. Start at {@link Sandboxes}.
 */
@NullMarked
package dev.mulligan.host.sandbox;

import org.jspecify.annotations.NullMarked;
