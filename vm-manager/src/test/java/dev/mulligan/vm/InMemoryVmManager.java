package dev.mulligan.vm;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Stands in for the libvirt driver in tests. First draft: signatures only; the next commit fills it. */
public final class InMemoryVmManager implements VmManager {

    /**
     * Opens a manager.
     *
     * @param directory where machine directories and sockets go; keep it short, for the sockets' sake
     */
    public InMemoryVmManager(Path directory, GuestFactory guests) {}

    /** The process of the machine dies, as by {@code kill -9}. */
    public void crash(VmId id) {}

    /** The guest shuts itself down. */
    public void shutdown(VmId id) {}

    /** The host's disk fails under the machine: it is paused. */
    public void failDisk(VmId id) {}

    @Override
    public Acceleration acceleration() {
        return new Acceleration(Acceleration.Kind.EMULATED, "in memory: nothing is executed");
    }

    @Override
    public HypervisorInfo hypervisor() {
        return new HypervisorInfo("memory:///", "0", "in memory 0");
    }

    @Override
    public Vm define(VmSpec spec) {
        throw VmException.of(VmErrorCode.NOT_FOUND, "machine", "x", "y", "z");
    }

    @Override
    public List<Vm> list() {
        return List.of();
    }

    @Override
    public Optional<Vm> find(VmId id) {
        return Optional.empty();
    }

    @Override
    public Subscription subscribe(Consumer<VmEvent> listener) {
        return () -> {};
    }

    @Override
    public List<Leftover> leftovers() {
        return List.of();
    }

    @Override
    public List<Leftover> sweep() {
        return List.of();
    }

    @Override
    public void close() {}
}
