/**
 * Images: bootable guest disks, built once from a recipe, immutable, addressed by digest.
 *
 * <p>Start reading at {@link dev.mulligan.image.ImageStore}, the door: it finds, builds and deletes images. What it
 * hands out are paths ({@link dev.mulligan.image.Image}); it knows nothing of the machines that boot from them.
 */
@NullMarked
package dev.mulligan.image;

import org.jspecify.annotations.NullMarked;
