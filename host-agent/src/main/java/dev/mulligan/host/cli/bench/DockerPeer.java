package dev.mulligan.host.cli.bench;

import dev.mulligan.host.cli.bench.Row.Peer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The same commands in Docker, by its own command line, in a container of the same root file system. Starting that
 * program is part of what is measured; {@code docker version} says how much.
 */
final class DockerPeer {
    private final String image;
    private final String container;

    private DockerPeer(String image, String container) {
        this.image = image;
        this.container = container;
    }

    /**
     * Starts the container that {@code docker exec} goes to; fails where Docker is not there.
     *
     * @param rootTar the root file system of a Mulligan image
     */
    static DockerPeer start(Path rootTar) throws IOException, InterruptedException {
        String image = Program.run("docker", "import", rootTar.toString()).strip();
        try {
            String container = Program.run("docker", "run", "--detach", "--network=none", image, "sleep", "infinity")
                    .strip();
            return new DockerPeer(image, container);
        } catch (IOException failure) {
            Program.run("docker", "rmi", image);
            throw failure;
        }
    }

    Peer run(String... command) {
        List<String> arguments = arguments(List.of("docker", "run", "--rm", "--network=none", image), command);
        return new Peer("docker run", () -> Program.run(arguments));
    }

    Peer exec(String... command) {
        List<String> arguments = arguments(List.of("docker", "exec", container), command);
        return new Peer("docker exec", () -> Program.run(arguments));
    }

    Peer copyIn(Path file, String target) {
        return new Peer("docker cp", () -> Program.run("docker", "cp", file.toString(), container + ":" + target));
    }

    Peer copyOut(String source, Path target) {
        return new Peer("docker cp", () -> Program.run("docker", "cp", container + ":" + source, target.toString()));
    }

    /** Removes what was made. */
    void stop() throws IOException, InterruptedException {
        Program.run("docker", "rm", "--force", container);
        Program.run("docker", "rmi", image);
    }

    private static List<String> arguments(List<String> first, String... rest) {
        List<String> all = new ArrayList<>(first);
        all.addAll(List.of(rest));
        return all;
    }
}
