package dev.mulligan.image.docker;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.core.DefaultDockerClientConfig;
import com.github.dockerjava.core.DockerClientImpl;
import com.github.dockerjava.zerodep.ZerodepDockerHttpClient;
import dev.mulligan.image.ImageException;
import dev.mulligan.image.ImageException.Code;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * A connection to a Docker engine that has answered. What is made through a {@link DockerSession} of it is removed when
 * the session ends.
 */
public final class DockerEngine implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    /** On all that is made for a store; names its directory. */
    private static final String LABEL = "dev.mulligan.build";

    private final DockerClient client;
    private final Map<String, String> labels;

    private DockerEngine(DockerClient client, Map<String, String> labels) {
        this.client = client;
        this.labels = labels;
    }

    /** Connects for nobody in particular: what a killed build leaves stays. */
    public static DockerEngine connect(Optional<URI> address) {
        return connect(address, Map.of());
    }

    /**
     * Connects to an engine and makes sure that it answers.
     *
     * @param address empty: {@code DOCKER_HOST}, or else the usual socket
     * @param store the directory of the images, by which what a killed build left is found
     * @throws ImageException {@link Code#NO_DOCKER}
     */
    public static DockerEngine connect(Optional<URI> address, Path store) {
        return connect(address, Map.of(LABEL, store.toString()));
    }

    private static DockerEngine connect(Optional<URI> address, Map<String, String> labels) {
        DefaultDockerClientConfig.Builder builder = DefaultDockerClientConfig.createDefaultConfigBuilder();
        address.ifPresent(uri -> builder.withDockerHost(uri.toString()));
        DefaultDockerClientConfig config = builder.build();
        DockerClient client = DockerClientImpl.getInstance(
                config,
                new ZerodepDockerHttpClient.Builder()
                        .dockerHost(config.getDockerHost())
                        .sslConfig(config.getSSLConfig())
                        .connectionTimeout(PATIENCE)
                        .build());
        DockerEngine engine = new DockerEngine(client, labels);
        try {
            client.pingCmd().exec();
            return engine;
        } catch (RuntimeException e) {
            engine.close();
            throw ImageException.of(Code.NO_DOCKER, "docker")
                    .value(config.getDockerHost() + " does not answer: " + e.getMessage())
                    .expected("a running Docker engine")
                    .remedy("start it (`systemctl start docker`, or `dockerd`), or set DOCKER_HOST")
                    .cause(e)
                    .build();
        }
    }

    /**
     * Begins a build, and first removes what a killed one of the same store has left. To be called below the store's
     * lock: then nobody is at work there.
     */
    public DockerSession session() {
        try (DockerSession killed = new DockerSession(client, labels)) {
            killed.takeOverLeftovers();
        }
        return new DockerSession(client, labels);
    }

    @Override
    public void close() {
        try {
            client.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What the engine refused, as this module says it. */
    static ImageException refused(String what, DockerException cause) {
        return ImageException.of(Code.BUILD_FAILED, what + ": Docker refused")
                .value(String.valueOf(cause.getMessage()))
                .expected("success")
                .cause(cause)
                .build();
    }
}
