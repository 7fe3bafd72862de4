package dev.mulligan.host.cli.bench;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/**
 * What the machines of one host agent take of this host's memory: the proportional set size (PSS) of their QEMU
 * processes, in which a page that n processes share counts as an n-th (proc_pid_smaps(5)).
 *
 * @param proc where proc(5) is mounted
 * @param machines the directory of that host agent's machines, which all their command lines name
 */
record QemuMemory(Path proc, Path machines) {

    /** Bytes by process id. Whoever ends meanwhile is not there. */
    Map<Long, Long> bytes() throws IOException {
        Map<Long, Long> found = new TreeMap<>();
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(proc, "[0-9]*")) {
            for (Path process : processes) {
                if (isMachine(process)) {
                    found.put(Long.valueOf(process.getFileName().toString()), pss(process));
                }
            }
        }
        return found;
    }

    private boolean isMachine(Path process) {
        try {
            String[] arguments = Files.readString(
                            process.resolve("cmdline"), java.nio.charset.StandardCharsets.ISO_8859_1)
                    .split("\0", 2);
            return arguments.length == 2 && arguments[0].contains("qemu") && arguments[1].contains(machines + "/");
        } catch (IOException gone) {
            return false;
        }
    }

    private static long pss(Path process) throws IOException {
        return Files.readAllLines(process.resolve("smaps_rollup")).stream()
                .filter(line -> line.startsWith("Pss:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
                .findFirst()
                .orElseThrow(
                        () -> new IOException(process + "/smaps_rollup: no Pss (expected: one, as in Linux 4.14)"));
    }
}
