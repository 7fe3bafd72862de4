package dev.mulligan.host.task;

/** Wakes those who wait for news; how much there is, they read elsewhere. */
final class Bell {
    private long rings;
    private int ears;

    synchronized void ring() {
        rings++;
        notifyAll();
    }

    synchronized boolean heard() {
        return ears > 0;
    }

    synchronized Ear ear(Runnable whenClosed) {
        ears++;
        return new Ear(whenClosed);
    }

    /** One who listens. Used by one thread. */
    final class Ear implements AutoCloseable {
        private final Runnable whenClosed;
        private long heard;

        private Ear(Runnable whenClosed) {
            this.whenClosed = whenClosed;
            this.heard = rings;
        }

        /** Forgets what has rung: to be called before looking, so that nothing is missed. */
        void reset() {
            synchronized (Bell.this) {
                heard = rings;
            }
        }

        /** Waits for a ring since {@link #reset}. */
        void await() throws InterruptedException {
            synchronized (Bell.this) {
                while (rings == heard) {
                    Bell.this.wait();
                }
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
