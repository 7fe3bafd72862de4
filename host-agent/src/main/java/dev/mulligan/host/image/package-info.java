/**
 * The images of this host, as the host agent keeps them: with a record of what is built and deleted, and never without
 * one that a sandbox stands on. Start at {@link dev.mulligan.host.image.Images}.
 */
@NullMarked
package dev.mulligan.host.image;

import org.jspecify.annotations.NullMarked;
