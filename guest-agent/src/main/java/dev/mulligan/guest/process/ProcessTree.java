package dev.mulligan.guest.process;

import dev.mulligan.guest.linux.KernelException;
import dev.mulligan.guest.linux.Spawn;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;

/**
 * A program and everything it starts, as one thing that can be ended and measured.
 *
 * <p>Safe for use by several threads; {@link #close} once, at the end.
 */
sealed interface ProcessTree extends AutoCloseable permits CgroupTree, WalkedTree {
    /** The cgroup that this tree is. */
    Optional<Spawn.Cgroup> cgroup();

    /** What the program must find in its environment for the tree to hold. */
    Map<String, String> environment();

    /** Starts the program whose tree this is, and returns its process id. */
    int start(Spawn program) throws KernelException;

    /** Sets what all of it together may use from now on, where the kernel can tell; for one thread at a time. */
    void limit(ResourceLimits limits) throws IOException;

    /** Kills all of it and returns when nothing of it runs any more. May be called often. */
    void kill();

    /** Whether the kernel killed it for want of memory. */
    boolean exceededMemory();

    /** What it used, where the kernel counts that for a tree. */
    Optional<Usage> usage();

    /** Kills what is left and frees what stands behind the tree. */
    @Override
    void close();
}
