/**
 * System calls, as Java has none of its own for most of what a guest agent does: paths that are bytes, acting as
 * another user, process trees, terminals, freezing file systems. Start reading at {@link
 * dev.mulligan.guest.linux.Kernel}; nothing here knows of gRPC.
 */
@NullMarked
package dev.mulligan.guest.linux;

import org.jspecify.annotations.NullMarked;
