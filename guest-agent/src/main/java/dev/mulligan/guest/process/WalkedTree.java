package dev.mulligan.guest.process;

import dev.mulligan.guest.linux.Child;
import dev.mulligan.guest.linux.KernelException;
import dev.mulligan.guest.linux.Spawn;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A process tree that is found in the process table: by descent, by session, and by a mark in the environment for what
 * forked twice and made a session of its own. A program that also clears its environment escapes: the price of a guest
 * without cgroups.
 */
final class WalkedTree implements ProcessTree {
    private static final System.Logger LOG = System.getLogger(WalkedTree.class.getName());
    private static final String MARK = "MULLIGAN_RUN";
    private static final int SIGKILL = 9;
    private static final int SIGSTOP = 19;
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final String mark;
    /** Programs that are running, of all trees: somebody awaits their end. Guarded by itself. */
    private final Set<Integer> roots;

    private volatile int root;

    WalkedTree(String mark, Set<Integer> roots) {
        this.mark = mark;
        this.roots = roots;
    }

    @Override
    public Optional<Spawn.Cgroup> cgroup() {
        return Optional.empty();
    }

    @Override
    public Map<String, String> environment() {
        return Map.of(MARK, mark);
    }

    @Override
    public int start(Spawn program) throws KernelException {
        synchronized (roots) {
            root = program.start();
            roots.add(root);
            return root;
        }
    }

    @Override
    public void limit(ResourceLimits limits) {
        // Without cgroups there is no capability "process.cgroup", and no limits.
    }

    @Override
    public synchronized void kill() {
        long start = System.nanoTime();
        try {
            Set<Integer> members = members();
            while (!members.isEmpty()) {
                stopAll(members);
                for (int pid : members) {
                    Child.signal(pid, SIGKILL);
                }
                Thread.sleep(1);
                members = members();
                // After the look: what it found ended is there to be reaped.
                reapOrphans();
                if (System.nanoTime() - start > PATIENCE.toNanos()) {
                    LOG.log(System.Logger.Level.WARNING, "process tree of {0}: alive after {1}", root, PATIENCE);
                    return;
                }
            }
            // Whoever ended after the last look at the orphans is one now, and nobody else would reap it.
            reapOrphans();
        } catch (KernelException e) {
            LOG.log(System.Logger.Level.WARNING, "process tree of {0}: cannot kill: {1}", root, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** A stopped process does not fork: stops until nothing new turns up, then the set is complete. */
    private void stopAll(Set<Integer> members) throws KernelException {
        Set<Integer> stopped = new HashSet<>();
        while (stopped.addAll(members)) {
            for (int pid : members) {
                Child.signal(pid, SIGSTOP);
            }
            members.addAll(members());
        }
    }

    private void reapOrphans() {
        synchronized (roots) {
            ProcessTable.current().orphans(roots).forEach(Child::reapIfEnded);
        }
    }

    /** Nothing starts between the count of the roots and the look: it would be taken for a remnant of ours. */
    private Set<Integer> members() {
        synchronized (roots) {
            boolean alone = roots.size() == 1;
            return ProcessTable.current().tree(root, MARK + "=" + mark, alone);
        }
    }

    @Override
    public boolean exceededMemory() {
        return false;
    }

    @Override
    public Optional<Usage> usage() {
        return Optional.empty();
    }

    @Override
    public void close() {
        kill();
        synchronized (roots) {
            roots.remove(root);
            // The number may name another process from now on.
            root = 0;
        }
    }
}
