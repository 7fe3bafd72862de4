package dev.mulligan.image.build;

import dev.mulligan.image.Digest;
import java.nio.file.Path;

/**
 * A Mulligan image that a Dockerfile starts from.
 *
 * @param name as in {@code FROM mulligan/NAME}
 * @param digest of the image
 * @param rootTar its root file system
 */
record Base(String name, Digest digest, Path rootTar) {}
