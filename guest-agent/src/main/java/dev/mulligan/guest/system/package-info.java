/**
 * The guest itself: health, capabilities, clock, entropy, freeze and thaw. Start reading at {@link
 * dev.mulligan.guest.system.SystemService}.
 */
@NullMarked
package dev.mulligan.guest.system;

import org.jspecify.annotations.NullMarked;
