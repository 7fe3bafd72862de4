package dev.mulligan.vm.machine;

import dev.mulligan.vm.Leftover;
import dev.mulligan.vm.Leftover.Kind;
import dev.mulligan.vm.VmException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What no machine needs in a directory of machines, by its files alone: for whoever has no hypervisor to ask. Reads, and
 * takes no lock: what a manager at work there has in motion may be among it.
 */
public final class DirectoryInspection {
    private final Path directory;

    public DirectoryInspection(Path directory) {
        this.directory = directory;
    }

    /** Directories, layers and memory files, in the order of their paths. */
    public List<Leftover> leftovers() {
        var found = new ArrayList<Leftover>();
        for (Path entry : MachineFiles.list(directory)) {
            if (Files.isDirectory(entry)) {
                add(found, entry);
            }
        }
        return List.copyOf(found);
    }

    private static void add(List<Leftover> found, Path entry) {
        if (entry.getFileName().toString().startsWith(Definition.UNFINISHED)) {
            found.add(new Leftover(
                    Kind.DIRECTORY, entry.toString(), "a definition that was cut off", "rm -r " + entry, true));
            return;
        }
        MachineFiles files = new MachineFiles(entry);
        record(files)
                .ifPresentOrElse(
                        record -> addUnneeded(found, files, record),
                        () -> found.add(new Leftover(
                                Kind.DIRECTORY,
                                entry.toString(),
                                "it has no readable " + MachineFiles.RECORD,
                                "restore that file from a backup, or remove the directory",
                                false)));
    }

    private static Optional<MachineRecord> record(MachineFiles files) {
        try {
            return Optional.of(files.load());
        } catch (VmException unreadable) {
            return Optional.empty();
        }
    }

    private static void addUnneeded(List<Leftover> found, MachineFiles files, MachineRecord record) {
        for (Path file : files.unneeded(record)) {
            Kind kind = file.getFileName().toString().startsWith("memory-") ? Kind.MEMORY : Kind.LAYER;
            found.add(new Leftover(
                    kind, file.toString(), "neither the machine nor a checkpoint needs it", "rm " + file, true));
        }
    }
}
