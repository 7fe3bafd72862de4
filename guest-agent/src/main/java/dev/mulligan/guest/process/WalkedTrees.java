package dev.mulligan.guest.process;

import dev.mulligan.guest.linux.Kernel;
import dev.mulligan.guest.linux.KernelException;
import dev.mulligan.guest.linux.SystemCall;
import java.util.HashSet;
import java.util.Set;
import java.util.UUID;

/** Trees where the kernel offers no cgroup to us: found in the process table, without limits. */
final class WalkedTrees implements ProcessTrees {
    private static final int PR_SET_CHILD_SUBREAPER = 36;

    private final Set<Integer> roots = new HashSet<>();

    WalkedTrees() {
        try {
            // A daemon's orphans become our children, instead of vanishing to process 1.
            Kernel.call(SystemCall.PRCTL, PR_SET_CHILD_SUBREAPER, 1);
        } catch (KernelException e) {
            throw new AssertionError("prctl(2) knows PR_SET_CHILD_SUBREAPER since Linux 3.4", e);
        }
    }

    @Override
    public boolean useCgroups() {
        return false;
    }

    @Override
    public ProcessTree create(ResourceLimits limits) {
        return new WalkedTree(UUID.randomUUID().toString(), roots);
    }
}
