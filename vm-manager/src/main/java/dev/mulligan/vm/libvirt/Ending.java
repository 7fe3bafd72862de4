package dev.mulligan.vm.libvirt;

import dev.mulligan.vm.machine.DomainKey;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.locks.LockSupport;

/**
 * Ends a domain at once. libvirt's own way waits in steps of 200 ms; so the process is killed, and libvirt, which notices
 * the end of its connection to it, is given a moment to clear up. Where that does not do, libvirt's way follows.
 */
final class Ending {
    private static final Duration PATIENCE = Duration.ofSeconds(2);
    private static final long POLL_NANOS = 1_000_000;

    private final Domain domain;
    private final DomainKey key;

    Ending(Domain domain, DomainKey key) {
        this.domain = domain;
        this.key = key;
    }

    void run() {
        OptionalLong process = Processes.find(key);
        boolean killed = process.isPresent()
                && ProcessHandle.of(process.getAsLong())
                        .map(ProcessHandle::destroyForcibly)
                        .orElse(true);
        if (!killed || !isGone()) {
            domain.destroy();
        }
    }

    private boolean isGone() {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (System.nanoTime() < deadline) {
            if (!domain.isThere()) {
                return true;
            }
            LockSupport.parkNanos(POLL_NANOS);
        }
        return false;
    }
}
