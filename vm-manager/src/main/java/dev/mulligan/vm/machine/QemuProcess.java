package dev.mulligan.vm.machine;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * A running QEMU that uses files of our directory.
 *
 * @param id its process id
 * @param uuid the machine that it was started as
 */
record QemuProcess(long id, UUID uuid) {

    /** All of them, by the command lines in {@code /proc}: proc(5). */
    static List<QemuProcess> of(Path directory) {
        try (Stream<ProcessHandle> processes = ProcessHandle.allProcesses()) {
            return processes
                    .map(process -> read(process.pid(), directory + "/"))
                    .flatMap(Optional::stream)
                    .toList();
        }
    }

    private static Optional<QemuProcess> read(long id, String prefix) {
        List<String> arguments;
        try {
            String line = Files.readString(Path.of("/proc/" + id + "/cmdline"), StandardCharsets.ISO_8859_1);
            arguments = List.of(line.split("\0"));
        } catch (IOException gone) {
            return Optional.empty();
        }
        int uuid = arguments.indexOf("-uuid") + 1;
        boolean ours = arguments.getFirst().contains("qemu")
                && arguments.stream().anyMatch(argument -> argument.contains(prefix));
        if (!ours || uuid == 0 || uuid >= arguments.size()) {
            return Optional.empty();
        }
        try {
            return Optional.of(new QemuProcess(id, UUID.fromString(arguments.get(uuid))));
        } catch (IllegalArgumentException noUuid) {
            return Optional.empty();
        }
    }

    boolean isAlive() {
        return ProcessHandle.of(id).filter(ProcessHandle::isAlive).isPresent();
    }
}
