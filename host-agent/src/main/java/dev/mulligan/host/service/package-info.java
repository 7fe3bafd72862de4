/**
 * The gRPC services of {@code mulligan.host.v1}: they translate and delegate. Start at {@link
 * dev.mulligan.host.service.Calls}, on which every call runs, and {@link dev.mulligan.host.service.GrpcTasks}, the
 * simplest service. {@link dev.mulligan.host.service.HostServer} is the door.
 *
 * <p>Every failure becomes a status in {@link dev.mulligan.host.service.StatusMapper}, and nowhere else.
 */
@NullMarked
package dev.mulligan.host.service;

import org.jspecify.annotations.NullMarked;
