package dev.mulligan.image.docker;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.BuildImageCmd;
import com.github.dockerjava.api.exception.ConflictException;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.Container;
import com.github.dockerjava.api.model.ContainerConfig;
import com.github.dockerjava.api.model.Image;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One build's dealings with a Docker engine. {@link #close()} removes every image and container that the session has
 * made, newest first, also after a failure or an interrupt, and none that was there before. What it makes carries labels, by
 * which a later session finds it if this one is killed.
 */
public final class DockerSession implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(DockerSession.class);

    /** What older engines give an image that has no name. */
    private static final String NO_TAG = "<none>:<none>";

    private static final Duration BETWEEN_TRIES = Duration.ofMillis(200);

    private final DockerClient client;
    private final Map<String, String> labels;

    /** How long {@link #close()} still waits, in all, for what Docker does not give free yet. */
    private Duration patience = Duration.ofSeconds(20);

    /** Undoes what was done, newest first. */
    private final Deque<Runnable> undo = new ArrayDeque<>();

    DockerSession(DockerClient client, Map<String, String> labels) {
        this.client = client;
        this.labels = labels;
    }

    /** From now on, all that carries the labels counts as made by this session. */
    void takeOverLeftovers() {
        if (labels.isEmpty()) {
            return;
        }
        try {
            List<Image> images = client.listImagesCmd()
                    .withShowAll(true)
                    .withLabelFilter(labels)
                    .exec();
            images.stream()
                    .sorted(Comparator.comparing(Image::getCreated))
                    .forEach(image -> undo.push(() -> removeWithParents(image)));
            // Last, so that they go first: Docker keeps the image of a container.
            client.listContainersCmd().withShowAll(true).withLabelFilter(labels).exec().stream()
                    .map(Container::getId)
                    .forEach(container -> undo.push(() -> removeContainer(container)));
        } catch (DockerException e) {
            throw DockerEngine.refused("search for what killed builds left", e);
        }
    }

    /** By its names, if it has any: Docker then takes along the layers below that have none and serve nobody else. */
    private void removeWithParents(Image image) {
        log.info("removing image {} from Docker: a killed build left it", image.getId());
        String[] tags = image.getRepoTags();
        List<String> names = tags == null
                ? List.of()
                : Arrays.stream(tags).filter(tag -> !tag.equals(NO_TAG)).toList();
        for (String name : names.isEmpty() ? List.of(image.getId()) : names) {
            removeImage(name, false);
        }
    }

    /**
     * Makes an image of one layer from a root file system.
     *
     * @param name such as {@code mulligan/base}
     * @param listener hears every line
     */
    public void importRoot(Path tar, String name, Consumer<String> listener) throws IOException {
        try (InputStream context = RootContext.open(tar)) {
            build("import of " + name, client.buildImageCmd(context), name, listener);
        }
    }

    /**
     * Builds the Dockerfile of a folder with the folder as its context; {@code .dockerignore} is respected.
     *
     * @param folder the context
     * @param name of the image, removed with the session
     * @param listener hears every line
     */
    public void build(Path folder, String name, boolean useCache, Consumer<String> listener) {
        BuildImageCmd command = client.buildImageCmd()
                .withBaseDirectory(folder.toFile())
                .withDockerfile(folder.resolve("Dockerfile").toFile())
                .withNoCache(!useCache);
        build(folder.resolve("Dockerfile").toString(), command, name, listener);
    }

    private void build(String what, BuildImageCmd command, String name, Consumer<String> listener) {
        undo.push(() -> removeImage(name));
        DockerBuildLog buildLog = new DockerBuildLog(listener);
        try {
            command.withTags(Set.of(name))
                    .withLabels(labels)
                    .withRemove(true)
                    .withForcerm(true)
                    .exec(buildLog);
            buildLog.await(what);
        } catch (DockerException e) {
            throw DockerEngine.refused(what, e);
        } finally {
            // Below the tag: Docker keeps a layer for as long as a younger one needs it, so they go first.
            Runnable named = undo.pop();
            buildLog.newImages().forEach(image -> undo.push(() -> removeImage(image)));
            undo.push(named);
        }
    }

    /** The variables that an image sets for what runs in it: {@code NAME=value}. */
    public List<String> environment(String image) {
        try {
            ContainerConfig config = client.inspectImageCmd(image).exec().getConfig();
            String[] variables = config == null ? null : config.getEnv();
            return variables == null ? List.of() : List.of(variables);
        } catch (DockerException e) {
            throw DockerEngine.refused("inspection of " + image, e);
        }
    }

    /** Makes a container, which is never started, to read an image's files. */
    public DockerFiles files(String image) {
        try {
            String container = client.createContainerCmd(image)
                    // Never run, but an image without a command has to be given one.
                    .withCmd("none")
                    .withNetworkDisabled(true)
                    .withLabels(labels)
                    .exec()
                    .getId();
            undo.push(() -> removeContainer(container));
            return new DockerFiles(client, container);
        } catch (DockerException e) {
            throw DockerEngine.refused("container of " + image, e);
        }
    }

    @Override
    public void close() {
        // The client's calls fail on an interrupted thread, and what was made must go all the same.
        boolean interrupted = Thread.interrupted();
        while (!undo.isEmpty()) {
            undo.pop().run();
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void removeImage(String image) {
        removeImage(image, true);
    }

    private void removeImage(String image, boolean keepParents) {
        attempt(
                "image " + image,
                () -> client.removeImageCmd(image)
                        .withNoPrune(keepParents)
                        .withForce(false)
                        .exec());
    }

    private void removeContainer(String container) {
        attempt(
                "container " + container,
                () -> client.removeContainerCmd(container)
                        .withForce(true)
                        .withRemoveVolumes(true)
                        .exec());
    }

    private void attempt(String what, Runnable removal) {
        try {
            untilFree(removal);
        } catch (NotFoundException e) {
            log.debug("{} was gone already", what);
        } catch (ConflictException e) {
            log.warn("{} is in use and stays in Docker", what);
        } catch (RuntimeException e) {
            log.warn("{} could not be removed from Docker; `docker rmi` or `docker rm` does", what, e);
        }
    }

    /** After a cancel, Docker ends the container of the last step in its own time, and until then keeps its image. */
    private void untilFree(Runnable removal) {
        while (true) {
            try {
                removal.run();
                return;
            } catch (ConflictException e) {
                if (patience.isNegative()) {
                    throw e;
                }
                patience = patience.minus(BETWEEN_TRIES);
                LockSupport.parkNanos(BETWEEN_TRIES.toNanos());
            }
        }
    }
}
