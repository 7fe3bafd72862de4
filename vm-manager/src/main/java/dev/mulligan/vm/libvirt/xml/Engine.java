package dev.mulligan.vm.libvirt.xml;

import java.util.Optional;

/**
 * How this host executes guests.
 *
 * @param accelerated with KVM, or by emulation
 * @param emulator version of QEMU as libvirt counts: major · 1,000,000 + minor · 1,000 + release
 * @param label the user and group of QEMU processes, as {@code +uid:+gid}; empty where they run as ourselves
 */
public record Engine(boolean accelerated, long emulator, Optional<String> label) {
    private static final long QEMU_8 = 8_000_000;

    /** QEMU before 8 emulates {@code cmpxchg16b} wrongly, and guests crash at random. */
    boolean emulatesCx16Wrongly() {
        return !accelerated && emulator < QEMU_8;
    }
}
