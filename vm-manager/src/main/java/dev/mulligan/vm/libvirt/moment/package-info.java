/**
 * A machine frozen in mid-breath, as a file: what it is made of, and how it is taken and given back. A clone's memory
 * is a private mapping of its template's (copy on write), so a moment holds only what the clone wrote, and the devices.
 *
 * <p>Start reading at {@link dev.mulligan.vm.libvirt.moment.MomentFile}. {@link
 * dev.mulligan.vm.libvirt.moment.ProcessMemory} reads and writes the memory of a QEMU process from outside, {@link
 * dev.mulligan.vm.libvirt.moment.DeviceStateDisk} hands QEMU its devices' state. Nothing here knows libvirt.
 */
@NullMarked
package dev.mulligan.vm.libvirt.moment;

import org.jspecify.annotations.NullMarked;
