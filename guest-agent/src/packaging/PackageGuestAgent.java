import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;

/**
 * Makes {@code target/mulligan-guest-agent.tar}: unpacked at the root of a guest's file system it is complete.
 *
 * <p>Run by the build with the JDK that compiled the guest agent. Steps: lay out the tree that the guest will have, link
 * a runtime into it, set every file's time (the AOT cache remembers those of the jars), rehearse once to train the
 * cache, write the tar.
 */
final class PackageGuestAgent {
    /** What the guest agent and its libraries use; java.se would be twice the size. */
    private static final String MODULES = "java.base,java.logging,java.naming,java.management,jdk.unsupported";

    private static final int OLDEST_JDK = 25;

    private final Path tree;
    private final Path home;
    private final FileTime time;

    private PackageGuestAgent(Path tree, FileTime time) {
        this.tree = tree;
        this.home = tree.resolve("opt/mulligan/guest-agent");
        this.time = time;
    }

    public static void main(String[] arguments) throws IOException, InterruptedException {
        if (Runtime.version().feature() < OLDEST_JDK) {
            System.exit(startAgain(arguments));
        }
        Path root = Path.of(arguments[0]);
        Path target = Path.of(arguments[1]);
        Path jar = target.resolve(arguments[2]);
        Path tar = target.resolve("mulligan-guest-agent.tar");
        // Training never gives the same bytes twice, and images are addressed by what is in them.
        Path record = target.resolve("mulligan-guest-agent.inputs");
        String inputs = digest(List.of(root, target.resolve("libraries"), jar, Path.of(arguments[5])));
        if (Files.exists(tar) && Files.exists(record) && Files.readString(record).equals(inputs)) {
            return;
        }
        Files.deleteIfExists(record);
        PackageGuestAgent packaging =
                new PackageGuestAgent(target.resolve("root"), FileTime.from(Instant.parse(arguments[3])));
        delete(packaging.tree);
        copyTree(root, packaging.tree);
        packaging.addLibraries(target.resolve("libraries"), jar);
        packaging.link();
        packaging.enableService();
        packaging.setModesAndTimes();
        packaging.train();
        packaging.setModesAndTimes();
        packaging.archive(tar);
        Files.writeString(record, inputs);
    }

    /** Of all files below, with their names, and of the JDK that will be linked. */
    private static String digest(List<Path> inputs) throws IOException {
        MessageDigest digest;
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
        digest.update(Runtime.version().toString().getBytes(StandardCharsets.UTF_8));
        for (Path input : inputs) {
            try (Stream<Path> files = Files.walk(input)) {
                for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
                    digest.update(input.relativize(file).toString().getBytes(StandardCharsets.UTF_8));
                    digest.update(Files.readAllBytes(file));
                }
            }
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    /** Where Maven itself runs on a JDK that will do, no toolchain is chosen, and "java" is whatever PATH offers. */
    private static int startAgain(String[] arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(arguments[4] + "/bin/java", arguments[5]));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command).inheritIO().start().waitFor();
    }

    private void addLibraries(Path libraries, Path jar) throws IOException {
        Path lib = Files.createDirectories(home.resolve("lib"));
        copyTree(libraries, lib);
        Files.copy(jar, lib.resolve("mulligan-guest-agent.jar"));
    }

    private void link() {
        StringWriter output = new StringWriter();
        PrintWriter writer = new PrintWriter(output);
        int status = ToolProvider.findFirst("jlink")
                .orElseThrow(() -> new IllegalStateException(
                        "jlink: not in " + System.getProperty("java.home") + " (expected: a JDK, not a JRE)"))
                .run(
                        writer,
                        writer,
                        "--add-modules",
                        MODULES,
                        "--strip-debug",
                        "--no-header-files",
                        "--no-man-pages",
                        "--output",
                        home.resolve("runtime").toString());
        if (status != 0) {
            throw new IllegalStateException("jlink: status " + status + " (expected: 0): " + output);
        }
    }

    private void enableService() throws IOException {
        Path wants = Files.createDirectories(tree.resolve("usr/lib/systemd/system/sysinit.target.wants"));
        Files.createSymbolicLink(wants.resolve("mulligan-guest.service"), Path.of("../mulligan-guest.service"));
    }

    /**
     * Runs the program in the place and with the options that it will have in the guest, lets it serve a host once, and
     * ends it: on its way out it writes the cache.
     */
    private void train() throws IOException, InterruptedException {
        // The option that names the cache is for service; in training the cache is the output.
        List<String> training = Files.readAllLines(home.resolve("java-options")).stream()
                .filter(line -> !line.startsWith("-XX:AOTCache"))
                .toList();
        Path options = Files.write(tree.resolveSibling("training-options"), training);
        Path log = tree.resolveSibling("training.log");
        // Not below target: the path of a unix socket has at most 107 bytes.
        Path socket = Files.createTempDirectory("mulligan-training").resolve("port");
        Process guest = java(options, log, "-XX:AOTCacheOutput=guest-agent.aot", "--listen-unix", socket);
        int status;
        try {
            awaitSocket(socket, guest, log);
            status = java(options, tree.resolveSibling("rehearsal.log"), "-Dtraining=host", "--rehearse", socket)
                    .waitFor();
        } finally {
            guest.destroy();
            guest.waitFor();
            Files.deleteIfExists(socket);
            Files.delete(socket.getParent());
        }
        if (status != 0 || !Files.exists(home.resolve("guest-agent.aot"))) {
            throw new IllegalStateException(
                    "rehearsal: status " + status + " (expected: 0 and a cache); see " + log + " and rehearsal.log");
        }
    }

    private Process java(Path options, Path log, String option, String mode, Path socket) throws IOException {
        return new ProcessBuilder(
                        "runtime/bin/java",
                        "@" + options.toAbsolutePath(),
                        option,
                        "-jar",
                        "lib/mulligan-guest-agent.jar",
                        mode,
                        socket.toString())
                .directory(home.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
    }

    private static void awaitSocket(Path socket, Process guest, Path log) throws InterruptedException {
        long start = System.nanoTime();
        while (!Files.exists(socket)) {
            if (!guest.isAlive() || System.nanoTime() - start > Duration.ofMinutes(2).toNanos()) {
                throw new IllegalStateException("training: no socket " + socket + "; see " + log);
            }
            Thread.sleep(20);
        }
    }

    private void setModesAndTimes() throws IOException {
        try (Stream<Path> files = Files.walk(tree)) {
            for (Path file : files.filter(path -> !Files.isSymbolicLink(path)).toList()) {
                boolean executable = Files.isDirectory(file) || Files.isExecutable(file);
                Files.setPosixFilePermissions(
                        file, PosixFilePermissions.fromString(executable ? "rwxr-xr-x" : "rw-r--r--"));
                Files.setLastModifiedTime(file, time);
            }
        }
    }

    private void archive(Path tar) throws IOException, InterruptedException {
        int status = new ProcessBuilder(
                        "tar",
                        "--create",
                        "--file=" + tar.toAbsolutePath(),
                        "--format=pax",
                        "--pax-option=exthdr.name=%d/PaxHeaders/%f,delete=atime,delete=ctime",
                        "--sort=name",
                        "--owner=root:0",
                        "--group=root:0",
                        "--mtime=" + time,
                        "--directory=" + tree.toAbsolutePath(),
                        "opt",
                        "usr")
                .inheritIO()
                .start()
                .waitFor();
        if (status != 0) {
            throw new IllegalStateException("tar: status " + status + " (expected: 0)");
        }
    }

    private static void copyTree(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Path target = to.resolve(from.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(target);
                } else {
                    Files.copy(file, target);
                }
            }
        }
    }

    private static void delete(Path tree) throws IOException {
        if (!Files.exists(tree)) {
            return;
        }
        Files.walkFileTree(tree, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path directory, IOException failure) throws IOException {
                Files.delete(directory);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
