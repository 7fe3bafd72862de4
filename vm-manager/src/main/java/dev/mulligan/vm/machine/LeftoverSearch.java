package dev.mulligan.vm.machine;

import dev.mulligan.vm.Leftover;
import dev.mulligan.vm.Leftover.Kind;
import dev.mulligan.vm.VmId;
import dev.mulligan.vm.VmState;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Looks for what nobody owns. A machine at which a verb is at work is passed over, and so is one that is being defined:
 * their files are in motion. Others come and go meanwhile: whoever owns something before or after the look owns it.
 */
final class LeftoverSearch {
    private final Path directory;
    private final Hypervisor hypervisor;
    private final List<Machine> machines;
    private final Supplier<List<Machine>> existing;
    private final Set<VmId> beingDefined;
    private final TemplateKeeper templates;

    /**
     * @param existing the machines that exist when it is asked
     * @param beingDefined those of which there is a part; changes while this looks
     */
    LeftoverSearch(
            Path directory,
            Hypervisor hypervisor,
            Supplier<List<Machine>> existing,
            Set<VmId> beingDefined,
            TemplateKeeper templates) {
        this.directory = directory;
        this.hypervisor = hypervisor;
        this.templates = templates;
        this.existing = existing;
        this.beingDefined = beingDefined;
        this.machines = existing.get();
    }

    /** Those of before and those of now. To be asked after what they may own was found. */
    private Stream<Machine> owners() {
        return Stream.concat(machines.stream(), existing.get().stream());
    }

    /** To be asked before {@link #isOwned}: one that is not any more exists, or was given up. */
    private boolean isBeingDefined(String id) {
        return beingDefined.stream().anyMatch(machine -> machine.value().equals(id));
    }

    private boolean isOwned(String id) {
        return owners().anyMatch(machine -> machine.id().value().equals(id));
    }

    List<Leftover> find() {
        var found = new ArrayList<Leftover>();
        addDomainsAndProcesses(found);
        addDirectories(found);
        found.addAll(templates.leftovers());
        machines.stream().filter(machine -> !machine.isBusy()).forEach(machine -> addFiles(found, machine));
        return List.copyOf(found);
    }

    private void addDomainsAndProcesses(List<Leftover> found) {
        Set<UUID> making = making();
        List<QemuProcess> processes = QemuProcess.of(directory);
        List<DomainMark> domains = hypervisor.domains();
        making.addAll(making());
        Set<UUID> owned =
                owners().map(machine -> machine.core().key().uuid()).collect(Collectors.toCollection(HashSet::new));
        owned.addAll(making);
        for (DomainMark domain : domains) {
            String remedy = "virsh destroy " + domain.key().uuid();
            if (domain.machines().equals(directory)
                    && !owned.contains(domain.key().uuid())) {
                found.add(new Leftover(
                        Kind.DOMAIN, domain.key().name(), "no machine of this directory has it", remedy, true));
            } else if (!Files.isDirectory(domain.machines())) {
                // Not ours to remove: its directory may be on a volume that is not mounted now.
                found.add(new Leftover(
                        Kind.DOMAIN,
                        domain.key().name(),
                        "its directory " + domain.machines() + " does not exist",
                        remedy,
                        false));
            }
        }
        Set<UUID> alive =
                domains.stream().map(domain -> domain.key().uuid()).collect(Collectors.toCollection(HashSet::new));
        for (QemuProcess process : processes) {
            // A verb that is just starting a machine has a process before it has a domain that can be seen.
            boolean starting = owners().anyMatch(machine ->
                    machine.isBusy() && machine.core().key().uuid().equals(process.uuid()));
            boolean becoming = making.contains(process.uuid());
            if (!alive.contains(process.uuid()) && !starting && !becoming && process.isAlive()) {
                found.add(new Leftover(
                        Kind.PROCESS,
                        Long.toString(process.id()),
                        "a QEMU process with a disk of this directory, which no domain owns",
                        "kill -9 " + process.id(),
                        false));
            }
        }
    }

    private Set<UUID> making() {
        return templates.making().stream()
                .map(id -> DomainKey.of(directory, id).uuid())
                .collect(Collectors.toCollection(HashSet::new));
    }

    private void addDirectories(List<Leftover> found) {
        for (Path entry : MachineFiles.list(directory)) {
            String name = entry.getFileName().toString();
            boolean unfinished = name.startsWith(Definition.UNFINISHED);
            String id = unfinished ? name.substring(Definition.UNFINISHED.length()) : name;
            if (isBeingDefined(id) || !Files.exists(entry)) {
                continue;
            }
            if (unfinished) {
                found.add(new Leftover(
                        Kind.DIRECTORY, entry.toString(), "a definition that was cut off", "rm -r " + entry, true));
            } else if (Files.isDirectory(entry) && !isOwned(id) && !id.equals(TemplateFiles.DIRECTORY)) {
                found.add(new Leftover(
                        Kind.DIRECTORY,
                        entry.toString(),
                        "it has no readable " + MachineFiles.RECORD,
                        "restore that file from a backup, or remove the directory",
                        false));
            }
        }
    }

    private static void addFiles(List<Leftover> found, Machine machine) {
        MachineFiles files = machine.core().files();
        for (Path file : files.unneeded(machine.core().record())) {
            Kind kind = file.getFileName().toString().startsWith("memory-") ? Kind.MEMORY : Kind.LAYER;
            found.add(new Leftover(
                    kind, file.toString(), "neither the machine nor a checkpoint needs it", "rm " + file, true));
        }
        VmState state = machine.state();
        boolean process = state == VmState.RUNNING || state == VmState.PAUSED;
        if (Files.exists(files.port()) && !process && !machine.isBusy()) {
            found.add(new Leftover(
                    Kind.SOCKET, files.port().toString(), "the machine is " + state, "rm " + files.port(), true));
        }
    }
}
