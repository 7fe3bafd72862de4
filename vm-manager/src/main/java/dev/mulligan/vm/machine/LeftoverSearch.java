package dev.mulligan.vm.machine;

import dev.mulligan.vm.Leftover;
import dev.mulligan.vm.Leftover.Kind;
import dev.mulligan.vm.VmState;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/** Looks for what nobody owns. A machine at which a verb is at work is passed over: its files are in motion. */
final class LeftoverSearch {
    private final Path directory;
    private final Hypervisor hypervisor;
    private final List<Machine> machines;
    private final TemplateKeeper templates;

    LeftoverSearch(Path directory, Hypervisor hypervisor, List<Machine> machines, TemplateKeeper templates) {
        this.directory = directory;
        this.hypervisor = hypervisor;
        this.templates = templates;
        this.machines =
                machines.stream().filter(machine -> !machine.isDeleted()).toList();
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
        List<QemuProcess> processes = QemuProcess.of(directory);
        List<DomainMark> domains = hypervisor.domains();
        Set<UUID> owned = machines.stream()
                .map(machine -> machine.core().key().uuid())
                .collect(Collectors.toCollection(HashSet::new));
        Set<UUID> making = templates.making().stream()
                .map(id -> DomainKey.of(directory, id).uuid())
                .collect(Collectors.toSet());
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
            boolean starting = machines.stream()
                    .anyMatch(machine ->
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

    private void addDirectories(List<Leftover> found) {
        Set<Path> owned =
                machines.stream().map(machine -> machine.core().files().root()).collect(Collectors.toSet());
        for (Path entry : MachineFiles.list(directory)) {
            String name = entry.getFileName().toString();
            if (name.startsWith(Definition.UNFINISHED)) {
                found.add(new Leftover(
                        Kind.DIRECTORY, entry.toString(), "a definition that was cut off", "rm -r " + entry, true));
            } else if (Files.isDirectory(entry) && !owned.contains(entry) && !name.equals(TemplateFiles.DIRECTORY)) {
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
