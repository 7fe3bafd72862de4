/**
 * Machines as directories: what is on disk, in which order it changes, and how a cut-off change is found out and
 * settled. Knows the hypervisor only as a port, {@link dev.mulligan.vm.machine.Hypervisor}, so that all of it is
 * tested without one.
 *
 * <p>Start reading at {@link dev.mulligan.vm.machine.Machines}, the door; then {@code MachineRecord} (what is
 * written down), {@code Pending} (what is under way) and {@code Settlement} (what became of it).
 */
@NullMarked
package dev.mulligan.vm.machine;

import org.jspecify.annotations.NullMarked;
