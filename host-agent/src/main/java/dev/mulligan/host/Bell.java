package dev.mulligan.host;

import java.time.Duration;

/** Wakes those who wait for news; how much there is, they read elsewhere. */
public final class Bell {
    private long rings;
    private int ears;

    public synchronized void ring() {
        rings++;
        notifyAll();
    }

    /** Whether anybody listens. */
    public synchronized boolean heard() {
        return ears > 0;
    }

    /** Begins to listen; close what it returns. */
    public synchronized Ear ear(Runnable whenClosed) {
        ears++;
        return new Ear(whenClosed);
    }

    /** One who listens. Used by one thread. */
    public final class Ear implements AutoCloseable {
        private final Runnable whenClosed;
        private long heard;

        private Ear(Runnable whenClosed) {
            this.whenClosed = whenClosed;
            this.heard = rings;
        }

        /** Forgets what has rung: to be called before looking, so that nothing is missed. */
        public void reset() {
            synchronized (Bell.this) {
                heard = rings;
            }
        }

        /** Waits for a ring since {@link #reset}. */
        public void await() throws InterruptedException {
            synchronized (Bell.this) {
                while (rings == heard) {
                    Bell.this.wait();
                }
            }
        }

        /** Likewise, but no longer than that; returns whether it rang. */
        public boolean await(Duration atMost) throws InterruptedException {
            long end = System.nanoTime() + atMost.toNanos();
            synchronized (Bell.this) {
                for (long left = atMost.toMillis() + 1; rings == heard && left > 0; ) {
                    Bell.this.wait(left);
                    left = (end - System.nanoTime()) / 1_000_000;
                }
                return rings != heard;
            }
        }

        @Override
        public void close() {
            synchronized (Bell.this) {
                ears--;
            }
            whenClosed.run();
        }
    }
}
