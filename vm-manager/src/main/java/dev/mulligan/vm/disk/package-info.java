/**
 * Disk files: overlays through {@code qemu-img}, called with an argument list (never a shell) and a deadline.
 *
 * <p>Start reading at {@link dev.mulligan.vm.disk.DiskTool}.
 */
@NullMarked
package dev.mulligan.vm.disk;

import org.jspecify.annotations.NullMarked;
