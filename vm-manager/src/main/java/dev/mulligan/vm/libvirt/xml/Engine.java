package dev.mulligan.vm.libvirt.xml;

import java.util.Optional;

/**
 * How this host executes guests.
 *
 * @param accelerated with KVM, or by emulation
 * @param emulator version of QEMU as libvirt counts: major · 1,000,000 + minor · 1,000 + release
 * @param label the user and group of QEMU processes, as {@code +uid:+gid}; empty where they run as ourselves
 * @param identity what a frozen machine depends on, which its domain carries along; empty where none is frozen
 */
public record Engine(boolean accelerated, long emulator, Optional<String> label, String identity) {
    private static final long QEMU_8 = 8_000_000;

    /** One of machines that are never frozen. */
    public Engine(boolean accelerated, long emulator, Optional<String> label) {
        this(accelerated, emulator, label, "");
    }

    /** QEMU before 8 emulates {@code cmpxchg16b} wrongly, and guests crash at random. */
    boolean emulatesCx16Wrongly() {
        return !accelerated && emulator < QEMU_8;
    }
}
