/**
 * Who the host agent is measured against, and how to reach them: other people's command lines, and the bare parts.
 * Start at {@link DockerPeer} and {@link VirshPeer}.
 */
@NullMarked
package dev.mulligan.host.cli.bench.peer;

import org.jspecify.annotations.NullMarked;
