package dev.mulligan.vm;

import dev.mulligan.vm.machine.DomainKey;
import dev.mulligan.vm.machine.FakeDiskTool;
import dev.mulligan.vm.machine.FakeHypervisor;
import dev.mulligan.vm.machine.Machines;
import dev.mulligan.vm.template.TemplateStore;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A manager for tests, whose machines are {@link SimulatedGuest}s in this program. It is the real one down to the
 * machine's directory; only the hypervisor and the disk tool are stand-ins. The files that a spec names need not
 * exist.
 */
public final class InMemoryVmManager implements VmManager {
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private final FakeHypervisor hypervisor;
    private final Path directory;
    private final Machines machines;

    /**
     * Opens a manager.
     *
     * @param directory where machine directories and sockets go; keep it short, for the sockets' sake
     */
    public InMemoryVmManager(Path directory, GuestFactory guests) {
        this(directory, new FakeHypervisor(guests));
    }

    private InMemoryVmManager(Path directory, FakeHypervisor hypervisor) {
        this.hypervisor = hypervisor;
        var config = VmManagerConfig.of(directory).withTimeouts(PATIENCE, PATIENCE, Duration.ofMillis(200));
        this.machines = Machines.open(config, hypervisor, new FakeDiskTool(), Clock.systemUTC(), TemplateStore::new);
        this.directory = directory.toAbsolutePath();
    }

    /** Closes this manager and opens another over the same directory and machines, as after a restart. */
    public InMemoryVmManager reopen() {
        close();
        return new InMemoryVmManager(directory, hypervisor);
    }

    /** The process of the machine dies, as by {@code kill -9}. */
    public void crash(VmId id) {
        hypervisor.kill(key(id).uuid());
    }

    /** The guest shuts itself down. */
    public void shutDown(VmId id) {
        hypervisor.shutDown(key(id).uuid());
    }

    /** The guest throws its first disk out. */
    public void throwDiskOut(VmId id) {
        hypervisor.throwDiskOut(key(id));
    }

    /** The host's disk fails below the machine: it is paused. */
    public void failDisk(VmId id) {
        hypervisor.failDisk(key(id));
    }

    /** While it is so, no guest lets go of a disk that is to be unplugged. */
    public void keepDisks(boolean kept) {
        hypervisor.keepDisks(kept);
    }

    /** While it is so, no machine that has a process can be deleted. */
    public void keepMachines(boolean kept) {
        hypervisor.keepProcesses(kept);
    }

    /** How a machine that has a process ranks. */
    public Priority priority(VmId id) {
        return hypervisor.priority(key(id));
    }

    private DomainKey key(VmId id) {
        return machines.keyOf(id);
    }

    @Override
    public Acceleration acceleration() {
        return machines.acceleration();
    }

    @Override
    public HypervisorInfo hypervisor() {
        return machines.hypervisor();
    }

    @Override
    public Vm define(VmSpec spec) {
        return machines.define(spec);
    }

    @Override
    public Templates templates() {
        return machines.templates();
    }

    @Override
    public Vm define(VmSpec spec, Template template) {
        return machines.define(spec, template);
    }

    /** From now on it is another version: as after an upgrade. */
    public void upgrade(String version) {
        hypervisor.upgrade(version);
    }

    /** From now on it can freeze and clone no machines. */
    public void forbidTemplates(String reason) {
        hypervisor.forbidTemplates(reason);
    }

    @Override
    public List<Vm> list() {
        return machines.list();
    }

    @Override
    public Optional<Vm> find(VmId id) {
        return machines.find(id);
    }

    @Override
    public Subscription subscribe(Consumer<VmEvent> listener) {
        return machines.subscribe(listener);
    }

    @Override
    public List<Leftover> leftovers() {
        return machines.leftovers();
    }

    @Override
    public List<Leftover> sweep() {
        return machines.sweep();
    }

    @Override
    public void close() {
        machines.close();
    }
}
