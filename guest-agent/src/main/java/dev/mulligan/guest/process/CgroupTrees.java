package dev.mulligan.guest.process;

import dev.mulligan.guest.linux.KernelFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * One cgroup (version 2) per tree, below the one that the service manager delegated to us.
 *
 * <p>A cgroup with processes of its own cannot hand controllers to children ("no internal processes"), so the guest
 * agent first moves itself into a leaf: {@code agent}; trees live in {@code runs/N}. See Linux,
 * Documentation/admin-guide/cgroup-v2.rst.
 *
 * <p>A few are made ahead: a program that starts finds its cgroup ready. A used one is removed, never used again: what
 * it was charged for (pages in the cache) would count against the next.
 */
final class CgroupTrees implements ProcessTrees {
    private static final System.Logger LOG = System.getLogger(CgroupTrees.class.getName());
    private static final Path MOUNT = Path.of("/sys/fs/cgroup");
    private static final String CONTROLLERS = "+cpu +memory +pids";

    /** As many as programs usually start at once. */
    private static final int AHEAD = 4;

    private final Path runs;
    private final AtomicLong next = new AtomicLong();
    private final Queue<CgroupTree> ready = new ConcurrentLinkedQueue<>();
    private final AtomicInteger missing = new AtomicInteger(AHEAD);

    private CgroupTrees(Path runs) {
        this.runs = runs;
    }

    /** Takes over our own cgroup; empty if there is none in which we may. */
    static Optional<CgroupTrees> find() {
        try {
            return Optional.of(in(ownCgroup()));
        } catch (IOException e) {
            LOG.log(
                    System.Logger.Level.INFO,
                    "no cgroup to make process trees in, so they are walked: {0}",
                    e.getMessage());
            return Optional.empty();
        }
    }

    static CgroupTrees in(Path own) throws IOException {
        if (!Files.exists(own.resolve("cgroup.kill"))) {
            throw new IOException("cgroup: no " + own + "/cgroup.kill (expected: cgroup v2 of Linux 5.14 or newer)");
        }
        Path agent = directory(own.resolve("agent"));
        for (String pid : Files.readAllLines(own.resolve("cgroup.procs"))) {
            Files.writeString(agent.resolve("cgroup.procs"), pid);
        }
        Files.writeString(own.resolve("cgroup.subtree_control"), CONTROLLERS);
        Path runs = directory(own.resolve("runs"));
        Files.writeString(runs.resolve("cgroup.subtree_control"), CONTROLLERS);
        removeLeftovers(runs);
        // However many trees there are, some room stays for the guest agent and whoever logs in.
        long threads = Long.parseLong(KernelFile.read(Path.of("/proc/sys/kernel/threads-max")));
        Files.writeString(runs.resolve("pids.max"), Long.toString(Math.max(256, threads / 2)));
        CgroupTrees trees = new CgroupTrees(runs);
        trees.prepare();
        return trees;
    }

    private static Path ownCgroup() throws IOException {
        List<String> lines = Files.readAllLines(Path.of("/proc/self/cgroup"));
        for (String line : lines) {
            if (line.startsWith("0::/")) {
                Path own = MOUNT.resolve(line.substring("0::/".length()));
                // After a restart within the unit we may be in the leaf already.
                return own.endsWith("agent") ? own.resolveSibling("").normalize() : own;
            }
        }
        throw new IOException("cgroup: " + lines + " (expected: a line that starts with 0::/)");
    }

    private static void removeLeftovers(Path runs) throws IOException {
        try (var old = Files.newDirectoryStream(runs, Files::isDirectory)) {
            for (Path directory : old) {
                new CgroupTree(directory).close();
            }
        }
    }

    private static Path directory(Path path) throws IOException {
        return Files.isDirectory(path) ? path : Files.createDirectory(path);
    }

    @Override
    public boolean useCgroups() {
        return true;
    }

    @Override
    public ProcessTree create(ResourceLimits limits) throws IOException {
        CgroupTree tree = ready.poll();
        if (tree == null) {
            tree = make();
        } else {
            missing.incrementAndGet();
        }
        try {
            tree.limit(limits);
            return tree;
        } catch (IOException e) {
            tree.close();
            throw e;
        }
    }

    @Override
    public void prepare() {
        while (missing.getAndUpdate(count -> Math.max(0, count - 1)) > 0) {
            try {
                ready.add(make());
            } catch (IOException e) {
                missing.incrementAndGet();
                // The next program tries itself, and reports why it cannot.
                LOG.log(System.Logger.Level.WARNING, "cgroup: none made ahead: {0}", e.getMessage());
                return;
            }
        }
    }

    private CgroupTree make() throws IOException {
        return new CgroupTree(Files.createDirectory(runs.resolve(Long.toString(next.incrementAndGet()))));
    }
}
