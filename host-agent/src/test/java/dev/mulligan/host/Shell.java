package dev.mulligan.host;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/** Runs the launcher or parts of it, with an environment of its own, so that the tester's JDKs and settings do not count. */
public final class Shell {
    /** The launcher and the scripts of the working tree. */
    static final Path LAUNCHER = Path.of("../mulligan").toAbsolutePath().normalize();

    static final Path SCRIPTS = Path.of("src/main/scripts").toAbsolutePath();

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Path scratch;
    private final Map<String, String> environment = new TreeMap<>();

    Shell(Path scratch) {
        this.scratch = scratch;
        with("PATH", "/usr/sbin:/usr/bin:/sbin:/bin");
        with("HOME", scratch.resolve("home").toString());
        with("MULLIGAN_STATE", scratch.resolve("state").toString());
        with("JAVA_PLACES", scratch.resolve("jdks").toString());
    }

    /** What a finished command has left: its exit code, stdout and stderr. */
    record Result(int exitCode, String output, String errors) {}

    Shell with(String variable, String value) {
        environment.put(variable, value);
        return this;
    }

    /** Runs {@code script} with these parts of the launcher loaded, in this order. */
    Result script(String parts, String script) {
        StringBuilder whole = new StringBuilder("set -eu\nSERVICES=$MULLIGAN_STATE/run/services\n");
        for (String part : parts.split(" ", -1)) {
            whole.append(". '").append(SCRIPTS.resolve(part + ".sh")).append("'\n");
        }
        return run(scratch, List.of("bash", "-c", whole.append(script).toString()));
    }

    Result run(Path directory, List<String> command) {
        return await(start(directory, command));
    }

    /** A command that still runs, and the files that its output goes to. */
    record Running(Process process, Path output, Path errors) {}

    Running start(Path directory, List<String> command) {
        try {
            Path output = Files.createTempFile(scratch, "output", "");
            Path errors = Files.createTempFile(scratch, "errors", "");
            ProcessBuilder builder = new ProcessBuilder(new ArrayList<>(command))
                    .directory(directory.toFile())
                    .redirectInput(Path.of("/dev/null").toFile())
                    .redirectOutput(output.toFile())
                    .redirectError(errors.toFile());
            builder.environment().clear();
            builder.environment().putAll(environment);
            return new Running(builder.start(), output, errors);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Result await(Running running) {
        try {
            if (!running.process().waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                running.process().destroyForcibly();
                throw new AssertionError("still running after " + PATIENCE + ": "
                        + running.process().info());
            }
            return new Result(
                    running.process().exitValue(),
                    Files.readString(running.output(), StandardCharsets.UTF_8),
                    Files.readString(running.errors(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    /**
     * A file with this content, executable, and the directories above it. Another process writes it: were it open for
     * writing here, whatever another test starts at that moment would inherit it, and the kernel would refuse to run it
     * (ETXTBSY).
     */
    public static Path program(Path file, String content) {
        try {
            Process writer = new ProcessBuilder("install", "-D", "-m", "755", "/dev/stdin", file.toString())
                    .redirectErrorStream(true)
                    .start();
            try (Writer input = writer.outputWriter(StandardCharsets.UTF_8)) {
                input.write(content);
            }
            String said = new String(writer.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (writer.waitFor() != 0) {
                throw new AssertionError("install could not write " + file + ": " + said);
            }
            return file;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    /** What looks like a JDK: its {@code java} prints its arguments, one on a line, and exits with 3. */
    static Path jdk(Path home, String version) {
        program(home.resolve("bin/java"), "#!/bin/sh\nprintf '<%s>\\n' \"$@\"\nexit 3\n");
        program(home.resolve("bin/javac"), "#!/bin/sh\n");
        program(home.resolve("bin/jlink"), "#!/bin/sh\n");
        program(home.resolve("release"), "IMPLEMENTOR=\"Someone\"\nJAVA_VERSION=\"" + version + "\"\n");
        return home;
    }
}
