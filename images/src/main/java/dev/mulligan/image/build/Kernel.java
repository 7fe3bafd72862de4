package dev.mulligan.image.build;

/** What the kernel of every image is told. */
final class Kernel {

    /**
     * The disk and the console come first, because a person looks for them. Then, for a quick boot: no messages (the
     * console is slow), no security module that systemd would write programs for, no mitigations (one sandbox is one
     * tenant; the host keeps its own), no huge pages (a clone shares its template's memory page by page, and the kernel
     * would copy it together), no accounts of stalls that nobody reads, no self-tests of ciphers, no watchdog, no audit,
     * one serial port; and entropy from the processor, because virtio-rng has none yet when the first programs want it.
     */
    static final String ARGUMENTS = "root=/dev/vda rw console=ttyS0 quiet lsm=landlock,yama mitigations=off"
            + " transparent_hugepage=never psi=0 cryptomgr.notests nowatchdog audit=0 8250.nr_uarts=1 random.trust_cpu=on";

    private Kernel() {}
}
