package dev.mulligan.guest.process;

import java.io.IOException;

/** Makes process trees in the best way that this guest offers. */
public sealed interface ProcessTrees permits CgroupTrees, WalkedTrees {
    /** Cgroups where we may make some; otherwise by walking the process table. */
    static ProcessTrees find() {
        return CgroupTrees.find().<ProcessTrees>map(trees -> trees).orElseGet(WalkedTrees::new);
    }

    /** Whether trees are held together, limited and measured by the kernel: the capability "process.cgroup". */
    boolean useCgroups();

    // Package-private types in a public signature: nobody outside can call it, nor needs to.
    ProcessTree create(ResourceLimits limits) throws IOException;
}
