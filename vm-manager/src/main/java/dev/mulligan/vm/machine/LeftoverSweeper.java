package dev.mulligan.vm.machine;

import dev.mulligan.vm.Leftover;
import dev.mulligan.vm.VmErrorCode;
import dev.mulligan.vm.VmException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Removes what {@link LeftoverSearch} found and called removable. */
final class LeftoverSweeper {
    private final Path directory;
    private final Hypervisor hypervisor;

    LeftoverSweeper(Path directory, Hypervisor hypervisor) {
        this.directory = directory;
        this.hypervisor = hypervisor;
    }

    void remove(Leftover leftover) {
        switch (leftover.kind()) {
            case DOMAIN ->
                hypervisor.domains().stream()
                        .filter(domain -> domain.machines().equals(directory))
                        .map(DomainMark::key)
                        .filter(key -> key.name().equals(leftover.name()))
                        .forEach(hypervisor::destroy);
            case DIRECTORY -> new MachineFiles(Path.of(leftover.name())).removeAll();
            case TEMPLATE -> TemplateFiles.remove(Path.of(leftover.name()));
            case LAYER, MEMORY, SOCKET -> delete(Path.of(leftover.name()));
            case PROCESS -> throw new IllegalArgumentException("a process is never removed: " + leftover);
        }
    }

    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new VmException(VmErrorCode.STORAGE_FAILED, "leftover cannot be removed: " + file, e);
        }
    }
}
