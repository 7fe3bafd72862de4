package dev.mulligan.guest.process;

import dev.mulligan.guest.linux.Descriptor;
import dev.mulligan.guest.linux.KernelException;
import dev.mulligan.guest.linux.Spawn;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A process tree that is a cgroup: nothing leaves it, whatever it forks, and one write kills it all. Its files are
 * opened when it is made, which is before anybody waits for it.
 */
final class CgroupTree implements ProcessTree {
    private static final System.Logger LOG = System.getLogger(CgroupTree.class.getName());
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final int CPU_PERIOD_MICROS = 100_000;

    private final Path directory;
    private final Spawn.Cgroup cgroup;
    private final CgroupFile events;
    private final CgroupFile cpu;
    private final CgroupFile peak;
    private ResourceLimits limited = ResourceLimits.NONE;

    /** Of a directory that exists. */
    CgroupTree(Path directory) throws IOException {
        this.directory = directory;
        this.cgroup = new Spawn.Cgroup(directory, Descriptor.openDirectory(directory));
        this.events = CgroupFile.open(directory.resolve("cgroup.events"));
        this.cpu = CgroupFile.open(directory.resolve("cpu.stat"));
        this.peak = CgroupFile.open(directory.resolve("memory.peak"));
    }

    @Override
    public void limit(ResourceLimits limits) throws IOException {
        if (limits.memoryBytes() != limited.memoryBytes()) {
            write("memory.max", orMaximum(limits.memoryBytes(), Long.toString(limits.memoryBytes())));
            write("memory.oom.group", limits.memoryBytes() > 0 ? "1" : "0");
            if (Files.exists(directory.resolve("memory.swap.max"))) {
                write("memory.swap.max", limits.memoryBytes() > 0 ? "0" : "max");
            }
        }
        if (limits.cpuMillis() != limited.cpuMillis()) {
            long quota = Math.max(1_000L, (long) limits.cpuMillis() * CPU_PERIOD_MICROS / 1_000);
            write("cpu.max", orMaximum(limits.cpuMillis(), Long.toString(quota)) + " " + CPU_PERIOD_MICROS);
        }
        if (limits.processes() != limited.processes()) {
            write("pids.max", orMaximum(limits.processes(), Integer.toString(limits.processes())));
        }
        limited = limits;
    }

    private static String orMaximum(long limit, String value) {
        return limit > 0 ? value : "max";
    }

    @Override
    public Optional<Spawn.Cgroup> cgroup() {
        return Optional.of(cgroup);
    }

    @Override
    public Map<String, String> environment() {
        return Map.of();
    }

    @Override
    public int start(Spawn program) throws KernelException {
        return program.start();
    }

    @Override
    public void kill() {
        try {
            long start = System.nanoTime();
            while (events.value("populated").orElse(0) > 0) {
                write("cgroup.kill", "1");
                if (System.nanoTime() - start > PATIENCE.toNanos()) {
                    LOG.log(System.Logger.Level.WARNING, "cgroup {0}: still populated after {1}", directory, PATIENCE);
                    return;
                }
                Thread.sleep(1);
            }
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "cgroup {0}: cannot kill: {1}", directory, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public boolean exceededMemory() {
        try (CgroupFile memory = CgroupFile.open(directory.resolve("memory.events"))) {
            return memory.value("oom_kill").orElse(0) > 0;
        }
    }

    @Override
    public Optional<Usage> usage() {
        OptionalLong cpuMicros = cpu.value("usage_usec");
        return cpuMicros.isEmpty()
                ? Optional.empty()
                : Optional.of(new Usage(
                        Duration.ofNanos(cpuMicros.getAsLong() * 1_000),
                        peak.value("").orElse(0)));
    }

    @Override
    public void close() {
        kill();
        events.close();
        cpu.close();
        peak.close();
        try {
            cgroup.directory().close();
            Files.deleteIfExists(directory);
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "cgroup {0}: cannot remove: {1}", directory, e);
        }
    }

    private void write(String file, String value) throws IOException {
        Files.writeString(directory.resolve(file), value);
    }
}
