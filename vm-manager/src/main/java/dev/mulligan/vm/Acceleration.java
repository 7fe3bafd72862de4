package dev.mulligan.vm;

/**
 * How guest instructions are executed on this host, found by trying and not by assuming.
 *
 * @param kind by hardware or by emulation
 * @param reason what was probed and what came out, in a sentence for people
 */
public record Acceleration(Kind kind, String reason) {

    /** By hardware or by software. */
    public enum Kind {
        /** Linux KVM: nearly native speed. */
        KVM,
        /** QEMU's translator (TCG): works everywhere, several times slower. */
        EMULATED
    }
}
