/** Looks whether this machine is ready, and changes nothing. Start at {@link dev.mulligan.host.cli.doctor.Doctor}. */
@NullMarked
package dev.mulligan.host.cli.doctor;

import org.jspecify.annotations.NullMarked;
