package dev.mulligan.host.sandbox;

import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Lets so many machines start at a time, in the order in which they came: more than the host has processors would only
 * take turns on them, and the first would answer when the last does. Safe for use by several threads.
 */
final class StartGate {
    private final Semaphore places;

    /** @param most at a time */
    StartGate(int most) {
        this.places = new Semaphore(Math.max(1, most), true);
    }

    /** A place, until it is closed. */
    interface Place extends AutoCloseable {
        @Override
        void close();
    }

    /** How many wait for a place. */
    int waiting() {
        return places.getQueueLength();
    }

    /**
     * Waits for a place, which is the caller's to close; {@code CANCELLED} if the thread is interrupted meanwhile.
     *
     * @param progress told if there is none at once
     */
    Place enter(Consumer<String> progress) {
        try {
            // Of no duration: unlike the other form it does not overtake those who wait.
            if (!places.tryAcquire(0, TimeUnit.SECONDS)) {
                progress.accept("waiting until others have started");
                places.acquire();
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw HostException.of(HostErrorCode.CANCELLED, "interrupted while others were being started")
                    .cause(interrupted)
                    .build();
        }
        return places::release;
    }
}
