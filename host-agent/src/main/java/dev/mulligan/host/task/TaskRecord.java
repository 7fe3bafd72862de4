package dev.mulligan.host.task;

import dev.mulligan.host.SandboxId;
import java.util.Optional;

/**
 * A task as the journal has it.
 *
 * @param ordinal in dispatch order
 * @param lane the existing sandbox that it was dispatched to; empty: it gets one of its own
 * @param verdict the state in which it will end once its sandbox is settled
 */
record TaskRecord(long ordinal, Task task, Optional<SandboxId> lane, Optional<TaskState> verdict) {
    boolean ownSandbox() {
        return lane.isEmpty();
    }
}
