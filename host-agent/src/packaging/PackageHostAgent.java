import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;

/**
 * Makes the AOT caches with which the command line starts at once: {@code target/mulligan-status.aot} for {@code status},
 * {@code target/mulligan.aot} for everything else. Java puts all that a cache holds in its place before it starts, needed
 * or not: about 15 µs a class, of which {@code status} needs a quarter. The caches are for the very files that they were
 * trained on, with their times: they stay where Maven put them. And {@code target/mulligan.version}: the JDK that was
 * asked, and what {@code --version} said, for the launcher to say it without Java. Nothing depends on any but speed.
 *
 * <p>Run by the build with the JDK that compiled the host agent. Steps: bring picocli's classes to a version that the
 * cache accepts, let the command line rehearse against a stage in a process of its own.
 */
final class PackageHostAgent {
    private static final int OLDEST_JDK = 25;

    private static final String PROGRAM = "dev.mulligan.host.HostAgent";
    private static final String REHEARSAL = "dev.mulligan.host.cli.rehearsal.Rehearsal";

    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final Path target;
    private final Path jar;
    private final Path options;
    private final Path statusOptions;
    private final Path cache;
    private final Path statusCache;
    private final Path version;

    private PackageHostAgent(Path target, Path jar, Path options) {
        this.target = target;
        this.jar = jar;
        this.options = options;
        this.statusOptions = options.resolveSibling("status-options");
        this.cache = target.resolve("mulligan.aot");
        this.statusCache = target.resolve("mulligan-status.aot");
        this.version = target.resolve("mulligan.version");
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
        List<Path> made = List.of(cache, statusCache, version);
        if (made.stream().allMatch(Files::exists) && Files.exists(record) && Files.readString(record).equals(inputs(program))) {
            return;
        }
        Files.deleteIfExists(record);
        for (Path file : made) {
            Files.deleteIfExists(file);
        }
        modernise(program, target.resolve("lib"));
        train();
        askVersion();
        Files.writeString(record, inputs(program));
    }

    /** What the cache is for: the JDK, and every file by size and time, which is how Java recognises them. */
    private String inputs(Path program) throws IOException {
        StringBuilder inputs = new StringBuilder(Runtime.version() + " " + System.getProperty("java.home") + "\n");
        try (Stream<Path> libraries = Files.list(target.resolve("lib"))) {
            for (Path file : Stream.concat(libraries.sorted(), Stream.of(jar, options, statusOptions, program))
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
        Process stage = java(target.resolve("stage.log"), state, List.of(options), List.of(), REHEARSAL, "stage");
        try {
            awaitSocket(state.resolve("run/host.sock"), stage);
            rehearse(cache, state, List.of(options), REHEARSAL, "play");
            rehearse(statusCache, state, List.of(options, statusOptions), PROGRAM, "status");
        } finally {
            stage.destroy();
            stage.waitFor();
            try (Stream<Path> files = Files.walk(state)) {
                for (Path file : files.sorted(Collections.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }

    /** With the options of the launcher: Java passes over a cache that was made with others. */
    private void rehearse(Path made, Path state, List<Path> options, String main, String argument)
            throws IOException, InterruptedException {
        Path log = target.resolve(argument + ".log");
        int status = java(log, state, options, List.of("-XX:AOTCacheOutput=" + made.toAbsolutePath()), main, argument)
                .waitFor();
        if (status != 0 || !Files.exists(made)) {
            throw new IllegalStateException(
                    "rehearsal: status " + status + " (expected: 0 and " + made + "); see " + log + " and stage.log");
        }
    }

    /** As old as the JDK's release file: the launcher takes another age for another JDK in the same place. */
    private void askVersion() throws IOException, InterruptedException {
        Path said = target.resolve("version.log");
        int status = java(said, target, List.of(options), List.of(), PROGRAM, "--version").waitFor();
        List<String> lines = Files.readAllLines(said); // the last one: Java itself may have said something before
        if (status != 0 || lines.isEmpty()) {
            throw new IllegalStateException("--version: status " + status + " (expected: 0 and a line); see " + said);
        }
        Path home = Path.of(System.getProperty("java.home"));
        Files.writeString(version, home + "\n" + lines.get(lines.size() - 1) + "\n");
        Files.setLastModifiedTime(version, Files.getLastModifiedTime(home.resolve("release")));
    }

    private Process java(Path log, Path state, List<Path> options, List<String> more, String main, String argument)
            throws IOException {
        List<String> command = new ArrayList<>(List.of(javaProgram()));
        for (Path file : options) {
            command.add("@" + file.toAbsolutePath());
        }
        command.addAll(more);
        command.addAll(List.of("-cp", jar.toAbsolutePath().toString(), main, argument));
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
