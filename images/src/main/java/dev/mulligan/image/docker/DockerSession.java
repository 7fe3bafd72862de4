package dev.mulligan.image.docker;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.BuildImageCmd;
import com.github.dockerjava.api.exception.ConflictException;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.ContainerConfig;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One build's dealings with a Docker engine. {@link #close()} removes every image and container that the session has
 * made, newest first, also after a failure or an interrupt, and none that was there before.
 */
public final class DockerSession implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(DockerSession.class);

    private static final Duration BETWEEN_TRIES = Duration.ofMillis(200);

    private final DockerClient client;

    /** How long {@link #close()} still waits, in all, for what Docker does not give free yet. */
    private Duration patience = Duration.ofSeconds(20);

    /** Undoes what was done, newest first. */
    private final Deque<Runnable> undo = new ArrayDeque<>();

    DockerSession(DockerClient client) {
        this.client = client;
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
            command.withTags(Set.of(name)).withRemove(true).withForcerm(true).exec(buildLog);
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
        attempt(
                "image " + image,
                () -> client.removeImageCmd(image)
                        .withNoPrune(true)
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
