import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;

/**
 * Makes {@code target/mulligan.aot}, the AOT cache with which the command line starts at once. The cache is for the very
 * files that it was trained on, with their times: they stay where Maven put them. Nothing depends on it but speed.
 *
 * <p>Run by the build with the JDK that compiled the host agent. Steps: bring picocli's classes to a version that the
 * cache accepts, let the command line rehearse against a stage in a process of its own.
 */
final class PackageHostAgent {
    private static final int OLDEST_JDK = 25;

    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final Path target;
    private final Path jar;
    private final Path options;
    private final Path cache;

    private PackageHostAgent(Path target, Path jar, Path options) {
        this.target = target;
        this.jar = jar;
        this.options = options;
        this.cache = target.resolve("mulligan.aot");
    }

    public static void main(String[] arguments) throws IOException, InterruptedException {
        Path program = Path.of(arguments[0]);
        if (Runtime.version().feature() < OLDEST_JDK) {
            System.exit(startAgain(program, arguments));
        }
        Path target = Path.of(arguments[1]);
        new PackageHostAgent(target, target.resolve(arguments[2]), program.resolveSibling("java-options")).run(program);
    }

    /** Where Maven itself runs on a JDK that will do, no toolchain is chosen, and "java" is whatever PATH offers. */
    private static int startAgain(Path program, String[] arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(arguments[3] + "/bin/java", program.toString()));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command).inheritIO().start().waitFor();
    }

    private void run(Path program) throws IOException, InterruptedException {
        Path record = target.resolve("mulligan.aot.inputs");
        if (Files.exists(cache) && Files.exists(record) && Files.readString(record).equals(inputs(program))) {
            return;
        }
        Files.deleteIfExists(record);
        Files.deleteIfExists(cache);
        modernise(program, target.resolve("lib"));
        train();
        Files.writeString(record, inputs(program));
    }

    /** What the cache is for: the JDK, and every file by size and time, which is how Java recognises them. */
    private String inputs(Path program) throws IOException {
        StringBuilder inputs = new StringBuilder(Runtime.version() + " " + System.getProperty("java.home") + "\n");
        try (Stream<Path> libraries = Files.list(target.resolve("lib"))) {
            for (Path file : Stream.concat(libraries.sorted(), Stream.of(jar, options, program))
                    .toList()) {
                inputs.append(file)
                        .append(' ')
                        .append(Files.size(file))
                        .append(' ')
                        .append(Files.getLastModifiedTime(file))
                        .append('\n');
            }
        }
        return inputs.toString();
    }

    /** In a process of its own: an older JDK could not even compile what it uses, and this class must start again. */
    private static void modernise(Path program, Path libraries) throws IOException, InterruptedException {
        String modernise = program.resolveSibling("ModerniseClasses.java").toString();
        int status = new ProcessBuilder(javaProgram(), modernise, libraries.toString())
                .inheritIO()
                .start()
                .waitFor();
        if (status != 0) {
            throw new IllegalStateException(modernise + ": status " + status + " (expected: 0)");
        }
    }

    private static String javaProgram() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }

    /** The stage runs in a process of its own, or a server's classes would be in the cache, too. */
    private void train() throws IOException, InterruptedException {
        // Not below target: the path of a unix socket has at most 107 bytes.
        Path state = Files.createTempDirectory("mulligan-training");
        Path log = target.resolve("rehearsal.log");
        Process stage = java(target.resolve("stage.log"), state, List.of(), "stage");
        int status;
        try {
            awaitSocket(state.resolve("run/host.sock"), stage);
            status = java(log, state, List.of("-XX:AOTCacheOutput=" + cache.toAbsolutePath()), "play")
                    .waitFor();
        } finally {
            stage.destroy();
            stage.waitFor();
            try (Stream<Path> files = Files.walk(state)) {
                for (Path file : files.sorted(Collections.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
        if (status != 0 || !Files.exists(cache)) {
            throw new IllegalStateException(
                    "rehearsal: status " + status + " (expected: 0 and " + cache + "); see " + log + " and stage.log");
        }
    }

    private Process java(Path log, Path state, List<String> more, String part) throws IOException {
        List<String> command = new ArrayList<>(List.of(javaProgram(), "@" + options.toAbsolutePath()));
        command.addAll(more);
        command.addAll(List.of(
                "-cp", jar.toAbsolutePath().toString(), "dev.mulligan.host.cli.rehearsal.Rehearsal", part));
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("MULLIGAN_"));
        builder.environment().put("MULLIGAN_STATE", state.toString());
        return builder.start();
    }

    private void awaitSocket(Path socket, Process stage) throws InterruptedException {
        long start = System.nanoTime();
        while (!Files.exists(socket)) {
            if (!stage.isAlive() || System.nanoTime() - start > PATIENCE.toNanos()) {
                throw new IllegalStateException("training: no socket " + socket + "; see " + target + "/stage.log");
            }
            Thread.sleep(20);
        }
    }
}
