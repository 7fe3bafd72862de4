package dev.mulligan.image;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.model.Container;
import com.github.dockerjava.api.model.Image;
import com.github.dockerjava.core.DefaultDockerClientConfig;
import com.github.dockerjava.core.DockerClientImpl;
import com.github.dockerjava.zerodep.ZerodepDockerHttpClient;
import dev.mulligan.image.command.Command;
import dev.mulligan.image.command.CommandRunner;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The Docker engine of the tests: what is in it, and images to start from, as there may be no registry. */
final class DockerHost {

    /** A Debian 13 of essential packages, made once for each engine and kept. */
    static final String DEBIAN = "mulligan-test/debian:trixie";

    private final DockerClient client;

    DockerHost() {
        DefaultDockerClientConfig config =
                DefaultDockerClientConfig.createDefaultConfigBuilder().build();
        client = DockerClientImpl.getInstance(
                config,
                new ZerodepDockerHttpClient.Builder()
                        .dockerHost(config.getDockerHost())
                        .sslConfig(config.getSSLConfig())
                        .build());
    }

    void ensureDebian(Path work) {
        if (images().stream().noneMatch(name -> name.contains(DEBIAN))) {
            Path tar = work.resolve("debian.tar");
            new CommandRunner(System.getenv())
                    .run(Command.in(work, "mmdebstrap", "--variant=minbase", "trixie", tar.toString()), line -> {});
            importRoot(tar, DEBIAN);
        }
    }

    void importRoot(Path tar, String name) {
        new CommandRunner(System.getenv())
                .run(Command.in(Path.of("/"), "docker", "import", tar.toString(), name), line -> {});
    }

    /** An image on DEBIAN that carries a label, and two containers that do: one of DEBIAN, one of the image. */
    void leaveLabelled(String name, String label, String value) {
        Map<String, String> labels = Map.of(label, value);
        String container = container(DEBIAN, labels);
        int colon = name.lastIndexOf(':');
        // A container's labels are its image's.
        client.commitCmd(container)
                .withRepository(name.substring(0, colon))
                .withTag(name.substring(colon + 1))
                .exec();
        container(name, labels);
    }

    private String container(String image, Map<String, String> labels) {
        return client.createContainerCmd(image)
                .withCmd("none")
                .withLabels(labels)
                .exec()
                .getId();
    }

    void removeContainersWith(String label, String value) {
        client.listContainersCmd().withShowAll(true).withLabelFilter(Map.of(label, value)).exec().stream()
                .map(Container::getId)
                .forEach(id -> client.removeContainerCmd(id).withForce(true).exec());
    }

    void remove(String image) {
        client.removeImageCmd(image).exec();
    }

    /** All images, intermediate ones too, as "id names". */
    Set<String> images() {
        return client.listImagesCmd().withShowAll(true).exec().stream()
                .map(DockerHost::describe)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** All containers, whatever they do. */
    Set<String> containers() {
        return client.listContainersCmd().withShowAll(true).exec().stream()
                .map(container -> container.getId() + " " + container.getImage())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static String describe(Image image) {
        String[] tags = image.getRepoTags();
        return image.getId() + " " + (tags == null ? Stream.of() : Arrays.stream(tags)).toList();
    }
}
