/**
 * Reads and changes files as a user of the guest. Paths are bytes; the kernel checks the user's permissions. Start
 * reading at {@link dev.mulligan.guest.files.FileService}.
 */
@NullMarked
package dev.mulligan.guest.files;

import org.jspecify.annotations.NullMarked;
