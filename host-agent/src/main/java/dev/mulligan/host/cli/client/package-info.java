/**
 * How a program on this machine reaches a host agent, and starts one. Start at {@link
 * dev.mulligan.host.cli.client.HostClient}.
 */
@NullMarked
package dev.mulligan.host.cli.client;

import org.jspecify.annotations.NullMarked;
