package dev.mulligan.host.approval;

import java.time.Duration;

/** Tells those who wait that something has changed; what, they look up. */
final class News {
    private long told;

    synchronized void tell() {
        told++;
        notifyAll();
    }

    synchronized long now() {
        return told;
    }

    /** Waits for news since {@code seen}, at most so long; returns what to have seen next time. */
    synchronized long await(long seen, Duration atMost) throws InterruptedException {
        long end = System.nanoTime() + atMost.toNanos();
        long left = atMost.toMillis() + 1;
        while (told == seen && left > 0) {
            wait(left);
            left = (end - System.nanoTime()) / 1_000_000;
        }
        return told;
    }
}
