package dev.mulligan.host.cli.doctor;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Programs on this machine.
 *
 * @param path the value of PATH; where Debian keeps daemons is searched as well, which few people have on their path
 */
record Programs(String path) {
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final int LARGEST_OUTPUT = 1 << 16;

    Optional<Path> find(String name) {
        return Stream.concat(Arrays.stream(path.split(":")), Stream.of("/usr/sbin", "/sbin", "/usr/libexec"))
                .filter(directory -> !directory.isEmpty())
                .map(directory -> Path.of(directory, name))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /** What it prints on standard output, if it ends well and in time. */
    Optional<String> output(List<String> command) {
        Optional<Path> program = find(command.getFirst());
        if (program.isEmpty()) {
            return Optional.empty();
        }
        List<String> words = Stream.concat(
                        Stream.of(program.get().toString()), command.stream().skip(1))
                .toList();
        try {
            Process process = new ProcessBuilder(words)
                    .redirectInput(
                            ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            try {
                // The few lines of a version fit into the pipe, so that waiting first cannot block the program.
                if (process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS) && process.exitValue() == 0) {
                    return Optional.of(
                            new String(process.getInputStream().readNBytes(LARGEST_OUTPUT), StandardCharsets.UTF_8));
                }
                return Optional.empty();
            } finally {
                process.destroyForcibly();
            }
        } catch (IOException impossible) {
            return Optional.empty();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }
}
