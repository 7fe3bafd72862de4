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
import java.time.Duration;
import java.util.Optional;

/**
 * A connection to a Docker engine that has answered. What is made through a {@link DockerSession} of it is removed when
 * the session ends.
 */
public final class DockerEngine implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final DockerClient client;

    private DockerEngine(DockerClient client) {
        this.client = client;
    }

    /**
     * Connects to an engine and makes sure that it answers.
     *
     * @param address empty: {@code DOCKER_HOST}, or else the usual socket
     * @throws ImageException {@link Code#NO_DOCKER}
     */
    public static DockerEngine connect(Optional<URI> address) {
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
        DockerEngine engine = new DockerEngine(client);
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

    /** Begins a build. */
    public DockerSession session() {
        return new DockerSession(client);
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
