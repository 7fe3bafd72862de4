/**
 * Client of the guest agent: connect, handshake, deadlines. Start at {@link Guest}. Nothing that comes from a guest is
 * trusted: sizes are bounded here before anyone else sees them.
 */
@NullMarked
package dev.mulligan.host.guest;

import org.jspecify.annotations.NullMarked;
