/**
 * The driver: the only package that touches {@code org.libvirt} and {@code com.sun.jna}.
 *
 * <p>Start reading at {@link dev.mulligan.vm.libvirt.LibvirtDriver}, which opens a manager.
 */
@NullMarked
package dev.mulligan.vm.libvirt;

import org.jspecify.annotations.NullMarked;
