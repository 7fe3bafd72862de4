package dev.mulligan.host.cli.doctor;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Directories of benchmarks whose process has ended; they bear its id. */
record BenchSearch(Path state, ProcessTable processes) implements Search {
    static final String PREFIX = "bench-";

    @Override
    public List<Stray> find() throws IOException {
        return Search.entries(state, PREFIX + "[0-9]*").stream()
                .filter(directory ->
                        !runs(processes.read(directory.getFileName().toString().substring(PREFIX.length()))))
                .map(directory ->
                        new Stray("directory", directory.toString(), "its benchmark has ended", "rm -r " + directory))
                .toList();
    }

    /** Ids are used again: it must at least be a Java program. */
    static boolean runs(ProcessTable.Seen process) {
        return process.arguments().getFirst().contains("java");
    }
}
