package dev.mulligan.vm.libvirt;

import dev.mulligan.vm.VmErrorCode;
import dev.mulligan.vm.VmException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/**
 * Lets QEMU copy into a disk's top file what the files below it hold, down to a base; libvirt calls that a block pull.
 * Only the top file is written to. If the copying is cut off, the chain stays as it was.
 */
final class BlockPull {
    private static final Duration POLL = Duration.ofMillis(20);
    private final Domain domain;
    private final Duration timeout;

    BlockPull(Domain domain, Duration timeout) {
        this.domain = domain;
        this.timeout = timeout;
    }

    void run(String disk, Path base) {
        long deadline = System.nanoTime() + timeout.toNanos();
        // One that an earlier program began, and did not see the end of, is as good as a new one.
        if (!domain.hasBlockJob(disk)) {
            domain.pull(disk, base.toString());
        }
        while (domain.hasBlockJob(disk)) {
            if (System.nanoTime() > deadline) {
                domain.abortBlockJob(disk);
                throw VmException.of(
                        VmErrorCode.HYPERVISOR_FAILED,
                        "shortening of the disk's chain",
                        "not done after " + timeout.toSeconds() + " s",
                        "an end by then",
                        "look at the host's load and try again");
            }
            LockSupport.parkNanos(POLL.toNanos());
        }
        requireBase(disk, base);
    }

    private void requireBase(String disk, Path base) {
        boolean done = domain.description()
                .filter(document -> document.below(disk).equals(Optional.of(base)))
                .isPresent();
        if (!done) {
            throw VmException.of(
                    VmErrorCode.HYPERVISOR_FAILED,
                    "shortening of the disk's chain",
                    "ended, but the disk does not stand on " + base,
                    "the image directly below the disk",
                    "try again; the disk is as it was");
        }
    }
}
