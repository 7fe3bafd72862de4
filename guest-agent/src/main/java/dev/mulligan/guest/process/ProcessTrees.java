package dev.mulligan.guest.process;

import java.io.IOException;
import java.util.Optional;

/** Makes process trees in the best way that this guest offers. */
public sealed interface ProcessTrees permits CgroupTrees, WalkedTrees {
    /** Cgroups where we may make some; otherwise by walking the process table. */
    static ProcessTrees find() {
        Optional<CgroupTrees> trees = CgroupTrees.find();
        return trees.isPresent() ? trees.get() : new WalkedTrees();
    }

    /** Whether trees are held together, limited and measured by the kernel: the capability "process.cgroup". */
    boolean useCgroups();

    // Package-private types in a public signature: nobody outside can call it, nor needs to.
    ProcessTree create(ResourceLimits limits) throws IOException;

    /** Gets ready for the next ones: for when nobody waits. */
    default void prepare() {}
}
