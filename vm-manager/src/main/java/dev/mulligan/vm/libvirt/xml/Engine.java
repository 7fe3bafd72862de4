package dev.mulligan.vm.libvirt.xml;

import java.util.ArrayList;
import java.util.List;
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
    /**
     * Quick on a processor, slow in emulation. erms, fsrm: Linux, the C library and Java then copy and clear memory byte by
     * byte ({@code rep movsb}). la57: page tables have five levels in place of four. pku: each change of the key empties
     * the emulated TLB, and a new program sets it. By the sources of QEMU and Linux; measured together only.
     */
    public static final List<String> HIDDEN = List.of("erms", "fsrm", "la57", "pku");

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

    /** What an emulated processor could do, and guests are not told of. By libvirt's names. */
    List<String> hiddenFeatures() {
        if (accelerated) {
            return List.of();
        }
        var hidden = new ArrayList<>(HIDDEN);
        if (emulator < QEMU_8) {
            // Emulated wrongly: guests crash at random.
            hidden.add("cx16");
        }
        return List.copyOf(hidden);
    }
}
