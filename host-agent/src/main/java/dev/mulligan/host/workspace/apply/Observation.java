package dev.mulligan.host.workspace.apply;

import dev.mulligan.host.workspace.linux.FileStatus;
import java.util.Optional;

/**
 * What was found at a path.
 *
 * @param status to tell later whether it is still that very file; empty if nothing was there
 */
record Observation(PathState state, Optional<FileStatus> status) {
    static final Observation NOTHING = new Observation(PathState.absent(), Optional.empty());
}
