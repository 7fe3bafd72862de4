package dev.mulligan.host.cli.doctor;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The processes of this machine, as /proc shows them: proc(5). */
record ProcessTable(Path proc) {
    /** A process; a word for each argument. */
    record Seen(String id, List<String> arguments) {
        boolean isQemu() {
            return arguments.getFirst().contains("qemu");
        }
    }

    List<Seen> all() throws IOException {
        return Search.entries(proc, "[0-9]*").stream()
                .map(directory -> read(directory.getFileName().toString()))
                .filter(process -> !process.arguments().getFirst().isEmpty())
                .toList();
    }

    /** One that has ended, like one of the kernel's own, has a single empty argument. */
    Seen read(String id) {
        String line;
        try {
            // No charset that could fail: arguments are bytes.
            line = Files.readString(proc.resolve(id).resolve("cmdline"), StandardCharsets.ISO_8859_1);
        } catch (IOException ended) {
            line = "";
        }
        return new Seen(id, List.of(line.split("\0")));
    }
}
