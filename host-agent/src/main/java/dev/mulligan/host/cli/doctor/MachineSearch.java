package dev.mulligan.host.cli.doctor;

import dev.mulligan.vm.Leftover;
import dev.mulligan.vm.VmException;
import dev.mulligan.vm.VmManager;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What no machine owns in the machines' directory (vm-manager/README.md lists its files). Whoever holds its lock is at
 * work there, and knows better.
 */
record MachineSearch(Path machines, LockTable locks, ProcessTable processes) implements Search {
    @Override
    public List<Stray> find() throws IOException {
        List<Stray> found = new ArrayList<>();
        for (Leftover leftover : inspect()) {
            found.add(stray(leftover));
        }
        for (Path machine : Search.entries(machines, "*")) {
            Path port = machine.resolve("port.sock");
            if (SocketSearch.isSocket(port) && !hasProcess(machine)) {
                found.add(new Stray("socket", port.toString(), "its machine has no process", "rm " + port));
            }
        }
        // Asked last: what was in motion while we looked is not to be reported.
        return locks.held(machines.resolve(".lock")) ? List.of() : found;
    }

    private List<Leftover> inspect() throws IOException {
        try {
            return VmManager.inspect(machines);
        } catch (VmException unreadable) {
            throw new IOException(unreadable.getMessage(), unreadable);
        }
    }

    private static Stray stray(Leftover leftover) {
        String remedy = leftover.removable()
                ? "the next 'mulligan up' removes it, or: " + leftover.remedy()
                : leftover.remedy();
        return new Stray(leftover.kind().name().toLowerCase(Locale.ROOT), leftover.name(), leftover.reason(), remedy);
    }

    private boolean hasProcess(Path machine) throws IOException {
        return processes.all().stream()
                .filter(ProcessTable.Seen::isQemu)
                .anyMatch(
                        process -> process.arguments().stream().anyMatch(argument -> argument.contains(machine + "/")));
    }
}
