package dev.mulligan.vm.libvirt.xml;

import java.util.Optional;

/**
 * How this host executes guests.
 *
 * @param accelerated with KVM, or by emulation
 * @param steadyCounter whether the time-stamp counter of the host's processor runs at one rate, and is the same for all
 *     of its processors
 * @param emulator version of QEMU as libvirt counts: major · 1,000,000 + minor · 1,000 + release
 * @param label the user and group of QEMU processes, as {@code +uid:+gid}; empty where they run as ourselves
 * @param identity what a frozen machine depends on, which its domain carries along; empty where none is frozen
 */
public record Engine(
        boolean accelerated, boolean steadyCounter, long emulator, Optional<String> label, String identity) {
    private static final long QEMU_8 = 8_000_000;

    /** One of machines that are never frozen, on a processor of which nothing is known. */
    public Engine(boolean accelerated, long emulator, Optional<String> label) {
        this(accelerated, false, emulator, label, "");
    }

    /**
     * What the guest's kernel is told of its clock. An emulated processor does not say that its time-stamp counter is
     * steady, so Linux would ask the HPET, a device: each look at the clock then leaves the emulated processor, and each
     * one of a program is a system call. With KVM Linux has a clock of KVM's own.
     */
    String clock() {
        return !accelerated && steadyCounter ? " tsc=reliable clocksource=tsc" : "";
    }

    /** QEMU before 8 emulates {@code cmpxchg16b} wrongly, and guests crash at random. */
    boolean emulatesCx16Wrongly() {
        return !accelerated && emulator < QEMU_8;
    }
}
