/**
 * What can go wrong, and how a caller learns of it. Start reading at {@link
 * dev.mulligan.guest.failure.GuestException}.
 */
@NullMarked
package dev.mulligan.guest.failure;

import org.jspecify.annotations.NullMarked;
