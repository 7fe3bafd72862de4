/**
 * The program inside the sandbox: it runs tools when the host asks, and decides nothing. Start reading at {@link
 * dev.mulligan.guest.GuestAgent}, which puts the parts together.
 */
@NullMarked
package dev.mulligan.guest;

import org.jspecify.annotations.NullMarked;
