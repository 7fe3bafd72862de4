package dev.mulligan.host.cli.doctor;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What no machine owns in the machines' directory (vm-manager/README.md lists its files). Whoever holds its lock is at
 * work there, and knows better.
 */
record MachineSearch(Path machines, LockTable locks, ProcessTable processes) implements Search {
    private static final String UNFINISHED = ".defining-";

    @Override
    public List<Stray> find() throws IOException {
        List<Stray> found = new ArrayList<>();
        for (Path entry : Search.entries(machines, "*")) {
            if (Files.isDirectory(entry)) {
                addFrom(entry, found);
            }
        }
        // Asked last: what was in motion while we looked is not to be reported.
        return locks.held(machines.resolve(".lock")) ? List.of() : found;
    }

    private void addFrom(Path machine, List<Stray> found) throws IOException {
        if (machine.getFileName().toString().startsWith(UNFINISHED)) {
            found.add(new Stray(
                    "directory",
                    machine.toString(),
                    "a definition that was cut off",
                    "the next 'mulligan up' removes it, or: rm -r " + machine));
            return;
        }
        Optional<String> record = record(machine);
        if (record.isEmpty()) {
            found.add(new Stray(
                    "directory",
                    machine.toString(),
                    "it has no readable vm.json",
                    "restore that file from a backup, or remove the directory"));
            return;
        }
        for (Path file : Search.entries(machine.resolve("files"), "*")) {
            String name = file.getFileName().toString();
            // As a text of its own or as the end of a path.
            if (!record.get().contains(name + "\"")) {
                found.add(new Stray(
                        name.startsWith("memory-") ? "memory" : "layer",
                        file.toString(),
                        "neither the machine nor a checkpoint needs it",
                        "the next 'mulligan up' removes it, or: rm " + file));
            }
        }
        Path port = machine.resolve("port.sock");
        if (SocketSearch.isSocket(port) && !hasProcess(machine)) {
            found.add(new Stray("socket", port.toString(), "its machine has no process", "rm " + port));
        }
    }

    private static Optional<String> record(Path machine) {
        try {
            byte[] record = Files.readAllBytes(machine.resolve("vm.json"));
            return new ObjectMapper().readTree(record).path("format").isNumber()
                    ? Optional.of(new String(record, StandardCharsets.UTF_8))
                    : Optional.empty();
        } catch (IOException unreadableOrNoJson) {
            return Optional.empty();
        }
    }

    private boolean hasProcess(Path machine) throws IOException {
        return processes.all().stream()
                .filter(ProcessTable.Seen::isQemu)
                .anyMatch(
                        process -> process.arguments().stream().anyMatch(argument -> argument.contains(machine + "/")));
    }
}
