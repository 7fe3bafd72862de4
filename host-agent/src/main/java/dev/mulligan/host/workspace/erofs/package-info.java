/**
 * Read-only disk images in the format of Linux's EROFS (Documentation/filesystems/erofs.rst, fs/erofs/erofs_fs.h),
 * uncompressed. Start reading at {@link dev.mulligan.host.workspace.erofs.ErofsWriter}.
 */
@NullMarked
package dev.mulligan.host.workspace.erofs;

import org.jspecify.annotations.NullMarked;
