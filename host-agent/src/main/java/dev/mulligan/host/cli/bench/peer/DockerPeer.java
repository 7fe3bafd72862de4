package dev.mulligan.host.cli.bench.peer;

import dev.mulligan.host.cli.bench.measure.AtOnce;
import dev.mulligan.host.cli.bench.measure.Peer;
import dev.mulligan.host.cli.bench.measure.Timed;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * The same commands in Docker, by its own command line, in containers of the same root file system. Starting that
 * program is part of what is measured; {@link #version} says how much.
 */
public final class DockerPeer {
    private static final String LABEL = "dev.mulligan.bench";
    private static final String FOLDERS = "/tmp";

    private final String run;
    private final String image;
    private String container = "";

    private DockerPeer(String run) {
        this.run = run;
        this.image = "mulligan-bench:" + run;
    }

    /**
     * Prepares it.
     *
     * @param run that these containers and this image belong to: a word that no other run has
     */
    public static DockerPeer of(String run) {
        return new DockerPeer(run);
    }

    /**
     * Takes the image in and starts the container that {@code docker exec} goes to; fails where Docker is not there.
     *
     * @param rootTar the root file system of a Mulligan image
     */
    public void start(Path rootTar) throws IOException, InterruptedException {
        Program.run("docker", "import", rootTar.toString(), image);
        container = Program.run(List.of(
                        "docker", "run", "--detach", "--network=none", "--label", label(), image, "sleep", "infinity"))
                .strip();
    }

    /** Client and engine. */
    public static String versions() throws IOException, InterruptedException {
        return Program.run("docker", "version", "--format", "client {{.Client.Version}}, engine {{.Server.Version}}")
                .strip();
    }

    /** What the client's start, one question to the engine and one answer take. */
    public static Peer version() {
        return new Peer("docker version", () -> Program.run("docker", "version"));
    }

    /** As people type it: with a network of its own. */
    public Peer run(String... command) {
        return run("docker run --rm", List.of(), command);
    }

    /** With no network, as a sandbox has none: the engine then has less to do. */
    public Peer runWithoutNetwork(String... command) {
        return run("docker run --rm --network=none", List.of("--network=none"), command);
    }

    /** So many of them at the same moment, to the end of the last. */
    public Peer runAtOnce(int count, String... command) {
        List<String> arguments = runArguments(List.of(), command);
        return new Peer(
                count + " times docker run --rm at once", () -> AtOnce.run(count, () -> Program.run(arguments)));
    }

    private Peer run(String name, List<String> options, String... command) {
        List<String> arguments = runArguments(options, command);
        return new Peer(name, () -> Program.run(arguments));
    }

    private List<String> runArguments(List<String> options, String... command) {
        return Stream.of(
                        List.of("docker", "run", "--rm", "--label", label()), options, List.of(image), List.of(command))
                .flatMap(List::stream)
                .toList();
    }

    public Peer exec(String... command) {
        List<String> arguments = Stream.concat(Stream.of("docker", "exec", container), Stream.of(command))
                .toList();
        return new Peer("docker exec", () -> Program.run(arguments));
    }

    public Peer copyIn(Path file, String target) {
        return new Peer("docker cp", () -> Program.run("docker", "cp", file.toString(), container + ":" + target));
    }

    public Peer copyOut(String source, Path target) {
        return new Peer("docker cp", () -> Program.run("docker", "cp", container + ":" + source, target.toString()));
    }

    /** A folder with all that is in it, as people carry many files; another one each time, if the supplier says so. */
    public Peer folderIn(Supplier<Path> folder) {
        return new Peer("tar c | docker cp -", new Timed() {
            @Override
            public void run() throws IOException, InterruptedException {
                Path source = folder.get();
                // Not sh: a tar that fails must fail it all.
                String _ = Program.run(
                        "bash",
                        "-o",
                        "pipefail",
                        "-c",
                        "tar -c -C \"$1\" \"$2\" | docker cp - \"$3\"",
                        "bash",
                        source.resolveSibling("").toString(),
                        String.valueOf(source.getFileName()),
                        container + ":" + FOLDERS);
            }

            @Override
            public void tidy() throws IOException, InterruptedException {
                String _ = Program.run(
                        "docker",
                        "exec",
                        container,
                        "rm",
                        "-rf",
                        FOLDERS + "/" + folder.get().getFileName());
            }
        });
    }

    /** Removes what was made, also where a command was cut off. */
    public void stop() throws IOException, InterruptedException {
        List<String> containers = Program.run("docker", "ps", "--all", "--quiet", "--filter", "label=" + label())
                .lines()
                .filter(id -> !id.isBlank())
                .toList();
        if (!containers.isEmpty()) {
            Program.run(Stream.concat(Stream.of("docker", "rm", "--force"), containers.stream())
                    .toList());
        }
        if (!Program.run("docker", "images", "--quiet", image).isBlank()) {
            Program.run("docker", "rmi", image);
        }
    }

    private String label() {
        return LABEL + "=" + run;
    }
}
