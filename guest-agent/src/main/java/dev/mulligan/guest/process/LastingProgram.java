package dev.mulligan.guest.process;

import dev.mulligan.guest.account.Accounts;
import dev.mulligan.guest.linux.Child;
import dev.mulligan.guest.linux.KernelException;
import dev.mulligan.guest.linux.Spawn;
import dev.mulligan.proto.guest.v1.ProcessLimits;
import dev.mulligan.proto.guest.v1.Start;
import java.io.IOException;
import java.nio.file.Path;

/**
 * A program in a tree of its own that outlives the call which started it; its limits can be set anew. Streams are its
 * owner's affair. Safe for use by several threads, but for {@link #limit}.
 */
public final class LastingProgram {
    private static final int SIGKILL = 9;

    private final ProcessTree tree;
    private final int pid;
    private boolean reaped;

    private LastingProgram(ProcessTree tree, int pid) {
        this.tree = tree;
        this.pid = pid;
    }

    /**
     * Starts a program.
     *
     * @param start as Run takes it; without a terminal, and the limits are those of the beginning
     * @param required a program that {@code start} leads to by way of another
     * @throws dev.mulligan.guest.failure.GuestException as Run
     */
    public static LastingProgram start(
            Start start, String required, Spawn.Pipes streams, Accounts accounts, ProcessTrees trees)
            throws IOException {
        RunSpec spec = RunSpec.of(start, accounts);
        String _ = new ProgramLookup(spec.environment().getOrDefault("PATH", ""), Path.of(spec.directory()))
                .require(required);
        ProcessTree tree = trees.create(spec.limits());
        try {
            return new LastingProgram(tree, tree.start(RunningProgram.spawn(spec, tree, streams)));
        } catch (IOException e) {
            tree.close();
            throw e;
        }
    }

    public int pid() {
        return pid;
    }

    /** What the whole tree may use from now on; the time is not watched here. For one thread at a time. */
    public void limit(ProcessLimits limits) throws IOException {
        tree.limit(ResourceLimits.of(limits));
    }

    /** Signals its process group; one that is gone is fine. */
    public synchronized void signal(int number) throws KernelException {
        if (!reaped) {
            Child.signal(-pid, number);
        }
    }

    /** Kills the whole tree and returns when it is dead. Never fails, may be called often. */
    public void kill() {
        synchronized (this) {
            if (reaped) {
                return;
            }
            try {
                // First by group: it may not have entered its tree yet.
                Child.signal(-pid, SIGKILL);
            } catch (KernelException e) {
                // EPERM: all that is left of the group belongs to somebody else. The tree decides.
            }
        }
        tree.kill();
    }

    /** How it ended; kills what is left of the tree. Call once. */
    public End bury() throws IOException {
        kill();
        Child.Status status;
        synchronized (this) {
            status = Child.reap(pid);
            reaped = true;
        }
        boolean exceededMemory = tree.exceededMemory();
        tree.close();
        return new End(status.exitCode(), status.signal(), exceededMemory);
    }

    /**
     * How a program ended.
     *
     * @param signal 0 if it ended by itself
     * @param exceededMemory the kernel killed some of the tree for want of memory
     */
    public record End(int exitCode, int signal, boolean exceededMemory) {}
}
