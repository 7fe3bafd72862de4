/**
 * gRPC streams as blocking code: send when the other side takes it, receive when something comes, end when it goes
 * away. Start reading at {@link dev.mulligan.guest.stream.BlockingSender}.
 */
@NullMarked
package dev.mulligan.guest.stream;

import org.jspecify.annotations.NullMarked;
