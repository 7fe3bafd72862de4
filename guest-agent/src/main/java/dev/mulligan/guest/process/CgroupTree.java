package dev.mulligan.guest.process;

import dev.mulligan.guest.linux.KernelException;
import dev.mulligan.guest.linux.Spawn;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** A process tree that is a cgroup: nothing leaves it, whatever it forks, and one write kills it all. */
final class CgroupTree implements ProcessTree {
    private static final System.Logger LOG = System.getLogger(CgroupTree.class.getName());
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final int CPU_PERIOD_MICROS = 100_000;

    // User data reaches this shell as arguments only, never as text. The wrapper's own score would protect the program
    // from the kernel's search for memory.
    private static final String ENTER =
            "echo $$ >\"$1/cgroup.procs\" || exit 125; echo 0 >/proc/self/oom_score_adj; shift; exec \"$@\"";

    private final Path directory;
    private ResourceLimits limited = ResourceLimits.NONE;

    CgroupTree(Path directory) {
        this.directory = directory;
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
    public List<String> wrapper() {
        return List.of("/bin/sh", "-c", ENTER, "mulligan-run", directory.toString());
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
            while (populated()) {
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
        return value("memory.events", "oom_kill").orElse(0) > 0;
    }

    @Override
    public Optional<Usage> usage() {
        OptionalLong cpuMicros = value("cpu.stat", "usage_usec");
        if (cpuMicros.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new Usage(
                Duration.ofNanos(cpuMicros.getAsLong() * 1_000),
                value("memory.peak", "").orElse(0)));
    }

    @Override
    public void close() {
        kill();
        try {
            Files.deleteIfExists(directory);
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "cgroup {0}: cannot remove: {1}", directory, e);
        }
    }

    private boolean populated() {
        return value("cgroup.events", "populated").orElse(0) > 0;
    }

    /** The number behind {@code key} in a flat-keyed file, or the only one if the key is empty. */
    private OptionalLong value(String file, String key) {
        try {
            for (String line : Files.readAllLines(directory.resolve(file))) {
                if (key.isEmpty()) {
                    return OptionalLong.of(Long.parseLong(line));
                }
                if (line.startsWith(key + " ")) {
                    return OptionalLong.of(Long.parseLong(line.substring(key.length() + 1)));
                }
            }
        } catch (IOException e) {
            // A kernel without this file, or a tree that is gone.
        }
        return OptionalLong.empty();
    }

    private void write(String file, String value) throws IOException {
        Files.writeString(directory.resolve(file), value);
    }
}
