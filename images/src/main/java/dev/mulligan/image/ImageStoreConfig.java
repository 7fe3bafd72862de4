package dev.mulligan.image;

import static java.util.Objects.requireNonNull;

import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * Where a store lies and what it builds with.
 *
 * @param directory holds one directory for each image; made if it is not there
 * @param recipes holds one folder for each shipped recipe
 * @param guestAgent the tar that is unpacked at the root of every image
 * @param mirror the Debian mirror of {@code base}; empty: the one that this host uses, or else mmdebstrap's default
 * @param docker the Docker engine's address; empty: {@code DOCKER_HOST}, or else the usual socket
 */
public record ImageStoreConfig(
        Path directory, Path recipes, Path guestAgent, Optional<URI> mirror, Optional<URI> docker) {

    public ImageStoreConfig {
        directory = directory.toAbsolutePath().normalize();
        recipes = recipes.toAbsolutePath().normalize();
        guestAgent = guestAgent.toAbsolutePath().normalize();
        requireNonNull(mirror, "mirror");
        requireNonNull(docker, "docker");
    }

    /** A store with the mirror of {@code MULLIGAN_MIRROR} and the Docker engine of {@code DOCKER_HOST}, if they are set. */
    public static ImageStoreConfig of(Path directory, Path recipes, Path guestAgent, Map<String, String> environment) {
        return new ImageStoreConfig(
                directory,
                recipes,
                guestAgent,
                address(environment, "MULLIGAN_MIRROR"),
                address(environment, "DOCKER_HOST"));
    }

    private static Optional<URI> address(Map<String, String> environment, String name) {
        String value = environment.getOrDefault(name, "").strip();
        if (value.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(URI.create(value));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(name + ": \"" + value + "\" (expected: a URI); correct or unset it", e);
        }
    }
}
