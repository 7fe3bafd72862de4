/**
 * Root file systems from Dockerfiles, through the Docker engine. The only package that imports Docker Java.
 *
 * <p>Start reading at {@link dev.mulligan.image.docker.DockerEngine}.
 */
@NullMarked
package dev.mulligan.image.docker;

import org.jspecify.annotations.NullMarked;
