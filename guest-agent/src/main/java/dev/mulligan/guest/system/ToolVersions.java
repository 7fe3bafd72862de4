package dev.mulligan.guest.system;

import dev.mulligan.guest.linux.Command;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Asks the programs that people use most what they are. */
final class ToolVersions {
    private static final List<String> PROGRAMS =
            List.of("bash", "curl", "gcc", "git", "java", "make", "node", "perl", "python3");
    private static final List<Path> PLACES = List.of(Path.of("/usr/local/bin"), Path.of("/usr/bin"), Path.of("/bin"));
    private static final int LONGEST = 200;

    private ToolVersions() {}

    /** Program name to the first line that it prints for --version; takes as long as they do. */
    static Map<String, String> find() {
        Map<String, String> versions = new TreeMap<>();
        for (String program : PROGRAMS) {
            for (Path place : PLACES) {
                Path file = place.resolve(program);
                if (!versions.containsKey(program) && Files.isExecutable(file)) {
                    versions.put(program, version(file));
                }
            }
        }
        return versions;
    }

    private static String version(Path file) {
        try {
            String output = Command.output(List.of("/usr/bin/timeout", "10", file.toString(), "--version"));
            String line = output.lines().findFirst().orElse("");
            return line.length() > LONGEST ? line.substring(0, LONGEST) : line;
        } catch (IOException e) {
            return "unknown";
        }
    }
}
