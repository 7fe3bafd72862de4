/**
 * Tar archives whose names are bytes: POSIX.1-2017 pax, "ustar Interchange Format", and GNU's long names when reading.
 * Libraries turn names into text, which Linux does not promise they are. Start reading at {@link
 * dev.mulligan.guest.tar.TarEntry}.
 */
@NullMarked
package dev.mulligan.guest.tar;

import org.jspecify.annotations.NullMarked;
