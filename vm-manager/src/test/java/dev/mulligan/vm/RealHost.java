package dev.mulligan.vm;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** A {@link MachineDirectory}, and what machines need, for the time of a test class. */
final class RealHost implements AutoCloseable {
    private static final Path TINY_GUEST = Path.of("/var/tmp/mulligan-tiny-guest");
    final Path directory;
    final TinyGuest guest;
    final Path disk;

    RealHost() {
        try {
            directory = MachineDirectory.create();
            guest = TinyGuest.in(TINY_GUEST);
            disk = directory.resolve("base.raw");
            Files.write(disk, new byte[1 << 20]);
            Files.setPosixFilePermissions(disk, PosixFilePermissions.fromString("rw-r--r--"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    VmManager open() {
        return VmManager.open(VmManagerConfig.of(directory.resolve("machines")));
    }

    VmSpec spec(VmId id) {
        return spec(id, DataSize.ofMebibytes(128));
    }

    VmSpec spec(VmId id, DataSize memory) {
        return guest.spec(id, disk, memory);
    }

    /** The process of a machine, found by its command line as an administrator would. */
    ProcessHandle process(Vm vm) {
        return processes(vm).findFirst().orElseThrow(() -> new AssertionError("no process of " + vm));
    }

    Stream<ProcessHandle> processes(Vm vm) {
        String mark = vm.guestPort().resolveSibling("files").toString();
        return ProcessHandle.allProcesses().filter(process -> {
            String commandLine = commandLine(process);
            return commandLine.contains("qemu-system") && commandLine.contains(mark);
        });
    }

    /** What the kernel keeps of a machine's share of the processors; empty where libvirt has no control groups for it. */
    Optional<Priority> priority(Vm vm) {
        try (Stream<String> groups = Files.lines(Path.of("/proc/" + process(vm).pid() + "/cgroup"))) {
            return groups.flatMap(line -> priority(line.split(":", 3)).stream()).findFirst();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Of the group that is the machine's as a whole, in a hierarchy of version 1 or 2: cgroups(7). */
    private static Optional<Priority> priority(String[] group) {
        boolean second = group[1].isEmpty();
        if (!second && !List.of(group[1].split(",")).contains("cpu")) {
            return Optional.empty();
        }
        Path directory = Path.of("/sys/fs/cgroup", group[1]);
        for (Path name : Path.of(group[2])) {
            directory = directory.resolve(name);
            Path shares = directory.resolve(second ? "cpu.weight" : "cpu.shares");
            if (name.toString().contains("qemu") && Files.isReadable(shares)) {
                boolean less = Long.parseLong(read(shares).strip()) < (second ? 100 : 1024);
                return Optional.of(less ? Priority.BACKGROUND : Priority.NORMAL);
            }
        }
        return Optional.empty();
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String commandLine(ProcessHandle process) {
        try {
            return Files.readString(Path.of("/proc/" + process.pid() + "/cmdline"));
        } catch (IOException gone) {
            return "";
        }
    }

    /** Keeps the consoles where the build keeps its reports. */
    void keepLogs(String test) {
        try (Stream<Path> files = Files.walk(directory)) {
            Path target = Files.createDirectories(Path.of("target", "vm-logs", test));
            List<Path> logs = files.filter(file -> file.getFileName().toString().matches("serial\\.log|vm\\.json"))
                    .toList();
            for (Path log : logs) {
                Files.write(
                        target.resolve(directory.relativize(log).toString().replace('/', '-')),
                        Files.readAllBytes(log));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
