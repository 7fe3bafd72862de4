package dev.mulligan.host.cli.doctor;

import dev.mulligan.host.HostDirectories;
import dev.mulligan.proto.host.v1.FindLeftoversResponse;
import dev.mulligan.proto.host.v1.GetStatusResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Examines this machine.
 *
 * @param path the value of PATH
 * @param status of the host agent; empty if none runs
 * @param leftovers as the host agent found them; empty if none runs
 */
public record Doctor(
        HostDirectories directories,
        String path,
        Optional<GetStatusResponse> status,
        Optional<FindLeftoversResponse> leftovers) {

    /** Tells each finding as soon as it is known. */
    public void examine(Consumer<Finding> findings) {
        Programs programs = new Programs(path);
        Path proc = Path.of("/proc");
        for (Check check : List.of(
                new JavaCheck(),
                new HypervisorCheck(programs, status),
                new AccelerationCheck(proc, Path.of("/dev/kvm"), status),
                new ProgramsCheck(programs),
                new DockerCheck(Path.of("/var/run/docker.sock")),
                new MemoryCheck(proc.resolve("meminfo")),
                new StateCheck(directories),
                new HostAgentCheck(directories.socket(), status),
                new LeftoversCheck(searches(programs, proc), leftovers))) {
            check.run().forEach(findings);
        }
    }

    /** In the order in which things are best removed: what uses others first. */
    private List<Search> searches(Programs programs, Path proc) {
        LockTable locks = new LockTable(proc);
        ProcessTable processes = new ProcessTable(proc);
        return List.of(
                new DomainSearch(programs, directories.state(), processes),
                new ProcessSearch(directories.machines(), processes),
                new MountSearch(directories, proc, locks),
                new SocketSearch(directories, locks),
                new MachineSearch(directories.machines(), locks, processes),
                new ImageSearch(directories.images(), locks),
                new BenchSearch(directories.state(), processes));
    }
}
