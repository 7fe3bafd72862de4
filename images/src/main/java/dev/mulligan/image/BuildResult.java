package dev.mulligan.image;

import static java.util.Objects.requireNonNull;

/**
 * What a build comes back with.
 *
 * @param image the newest image of the recipe
 * @param cached whether nothing had changed, so that it is an image from before
 */
public record BuildResult(Image image, boolean cached) {

    public BuildResult {
        requireNonNull(image, "image");
    }
}
