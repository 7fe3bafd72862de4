package dev.mulligan.vm.machine;

import dev.mulligan.vm.DiskFormat;
import dev.mulligan.vm.VmErrorCode;
import dev.mulligan.vm.VmException;
import dev.mulligan.vm.VmId;
import dev.mulligan.vm.VmState;
import dev.mulligan.vm.disk.DiskTool;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What the verbs of a machine share: its record, its directory, and the two tools that have effects. Written to by
 * one thread at a time, under the machine's lock; read by any.
 */
final class MachineCore {
    private final DomainKey key;
    private final Path machines;
    private final MachineFiles files;
    private final Hypervisor hypervisor;
    private final DiskTool disks;
    private volatile MachineRecord record;

    MachineCore(Path machines, MachineRecord record, Hypervisor hypervisor, DiskTool disks) {
        VmId id = record.spec().id();
        this.key = DomainKey.of(machines, id);
        this.machines = machines;
        this.files = new MachineFiles(machines.resolve(id.value()));
        this.record = record;
        this.hypervisor = hypervisor;
        this.disks = disks;
    }

    DomainKey key() {
        return key;
    }

    MachineFiles files() {
        return files;
    }

    Hypervisor hypervisor() {
        return hypervisor;
    }

    DiskTool disks() {
        return disks;
    }

    MachineRecord record() {
        return record;
    }

    /** Writes the record down; only then is it true. */
    void store(MachineRecord next) {
        files.store(next);
        record = next;
    }

    Optional<DomainStatus> status() {
        return hypervisor.status(key);
    }

    VmState state() {
        return stateOf(record.power(), status());
    }

    static VmState stateOf(Power power, Optional<DomainStatus> status) {
        return switch (power) {
            case OFF -> VmState.STOPPED;
            case SAVED -> VmState.SAVED;
            case ON ->
                status.map(domain -> domain.running() ? VmState.RUNNING : VmState.PAUSED)
                        .orElse(VmState.CRASHED);
        };
    }

    /** The state, which must be one of these. */
    VmState require(String what, VmState... allowed) {
        VmState state = state();
        if (List.of(allowed).contains(state)) {
            return state;
        }
        throw VmException.of(
                VmErrorCode.WRONG_STATE,
                what + " of machine " + key.id(),
                "it is " + state,
                Arrays.stream(allowed).map(VmState::name).collect(Collectors.joining(" or ")),
                "change its state first");
    }

    DomainPlan plan(String top) {
        return new DomainPlan(key, machines, record.spec(), files.file(top), files.port(), files.serialLog(), memory());
    }

    private GuestMemory memory() {
        return record.spec()
                .template()
                .map(id -> (GuestMemory)
                        new GuestMemory.Shared(TemplateFiles.of(machines, id).memory()))
                .orElseGet(GuestMemory.Own::new);
    }

    Path machines() {
        return machines;
    }

    /**
     * Makes sure that a new process may go on from a memory file: another hypervisor than froze it might do so wrongly,
     * and nobody would notice.
     *
     * @param what is refused otherwise
     */
    void requireFits(String what, Path memory) {
        String present = hypervisor.identity();
        hypervisor
                .frozenBy(memory)
                .filter(frozenBy -> !frozenBy.equals(present))
                .ifPresent(other -> {
                    throw VmException.of(
                            VmErrorCode.CHECKPOINT_UNUSABLE,
                            what + ": memory frozen by another hypervisor",
                            other,
                            present,
                            "return to a DISK checkpoint, which boots; or install that hypervisor again");
                });
    }

    /** Makes an empty layer that the machine may write to. Until a record names it, it is only a file. */
    void createLayer(String layer, String below) {
        disks.createLayer(
                files.file(layer),
                // By its name alone: the layers of a machine stay together, also where a fork takes them along.
                Path.of(below),
                DiskFormat.QCOW2,
                record.spec().diskSize());
        hypervisor.grant(files.file(layer), Hypervisor.Access.WRITE);
    }

    /** Removes the files that the record does not need, and the socket if there is nobody to serve it. */
    void removeUnneeded(boolean alive) {
        files.remove(files.unneeded(record));
        if (!alive) {
            files.remove(List.of(files.port()));
        }
    }
}
