package dev.mulligan.host.cli.doctor;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Directories of benchmarks whose process has ended, in the state and beside it; they bear its id. */
record BenchSearch(Path state, ProcessTable processes) implements Search {
    static final String PREFIX = "bench-";
    private static final String BESIDE = "mulligan-bench-";

    @Override
    public List<Stray> find() throws IOException {
        return Stream.concat(ended(state, PREFIX), ended(state.toAbsolutePath().resolveSibling(""), BESIDE))
                .map(directory ->
                        new Stray("directory", directory.toString(), "its benchmark has ended", "rm -r " + directory))
                .toList();
    }

    private Stream<Path> ended(Path home, String prefix) throws IOException {
        return Search.entries(home, prefix + "[0-9]*").stream()
                .filter(directory ->
                        !runs(processes.read(directory.getFileName().toString().substring(prefix.length()))));
    }

    /** Ids are used again: it must at least be a Java program. */
    static boolean runs(ProcessTable.Seen process) {
        return process.arguments().getFirst().contains("java");
    }
}
