/** Disks that the host plugs in. Start reading at {@link dev.mulligan.guest.disk.PluggedDisks}. */
@NullMarked
package dev.mulligan.guest.disk;

import org.jspecify.annotations.NullMarked;
