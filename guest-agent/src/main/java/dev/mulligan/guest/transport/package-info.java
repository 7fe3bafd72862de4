/**
 * The virtio port below, an ordinary gRPC server above. Start reading at {@link
 * dev.mulligan.guest.transport.GuestServer}, then {@link dev.mulligan.guest.transport.HostLink}.
 */
@NullMarked
package dev.mulligan.guest.transport;

import org.jspecify.annotations.NullMarked;
