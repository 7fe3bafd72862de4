package dev.mulligan.vm.libvirt;

import dev.mulligan.vm.VmErrorCode;
import dev.mulligan.vm.VmException;
import java.time.Duration;

/**
 * Waits until a disk's chain has been shortened, on the thread of the caller, and looks for the end now and then: the
 * threads that call libvirt are there for all machines, and one guest that has written much must not hold them.
 */
final class Flattening {
    private static final Duration POLL = Duration.ofMillis(10);

    private final Duration timeout;

    Flattening(Duration timeout) {
        this.timeout = timeout;
    }

    /** What is done with the disk; each is short. */
    interface Steps {
        /** Begins the copy. Returns whether there is none to be made. */
        boolean begin();

        /** Whether all is copied, and counts; fails if it ended otherwise. */
        boolean isDone();

        /** The chain stays as it was. */
        void giveUp();
    }

    /** @throws VmException HYPERVISOR_FAILED when time is up, CONFLICT when interrupted; both have given the copy up */
    void run(Steps steps) {
        if (steps.begin()) {
            return;
        }
        long deadline = System.nanoTime() + timeout.toNanos();
        while (!steps.isDone()) {
            if (System.nanoTime() > deadline) {
                steps.giveUp();
                throw VmException.of(
                        VmErrorCode.HYPERVISOR_FAILED,
                        "shortening of the disk's chain",
                        "not done after " + timeout.toSeconds() + " s",
                        "an end by then",
                        "look at the host's load and try again; the disk is as it was");
            }
            try {
                Thread.sleep(POLL);
            } catch (InterruptedException e) {
                steps.giveUp();
                Thread.currentThread().interrupt();
                throw new VmException(VmErrorCode.CONFLICT, "interrupted while the disk's chain is shortened", e);
            }
        }
    }

    /** It is not copied any more, and does not count. */
    static VmException unfinished(String what) {
        return VmException.of(
                VmErrorCode.HYPERVISOR_FAILED,
                "shortening of the disk's chain",
                what,
                "the image directly below the disk",
                "look at the machine's log in /var/log/libvirt/qemu and try again; the disk is as it was");
    }
}
