package dev.mulligan.host.task;

import dev.mulligan.host.store.Store;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A store of a host agent that is killed at a certain write: just before it, or just after. */
public final class CrashingStore implements Store {
    private final Store store;
    private final Killer killer;

    public CrashingStore(Store store, Killer killer) {
        this.store = store;
        this.killer = killer;
    }

    @Override
    public <T extends @Nullable Object> T write(Work<T> work) {
        return killer.step(() -> store.write(work));
    }

    @Override
    public <T extends @Nullable Object> T read(Work<T> work) {
        killer.check();
        return store.read(work);
    }

    @Override
    public void close() {}

    /** The end of a process. Nothing in the host agent catches it. */
    public static final class Crash extends Error {
        private static final long serialVersionUID = 1L;

        public Crash() {
            super("killed", null, false, false);
        }
    }

    /** Kills at a step; from then on nothing goes any more. */
    public static final class Killer {
        private int step;
        private boolean after;
        private final AtomicInteger steps = new AtomicInteger();
        private volatile boolean dead;

        /** Kills when told. */
        public Killer() {
            this(Integer.MAX_VALUE, false);
        }

        public Killer(int step, boolean after) {
            this.step = step;
            this.after = after;
        }

        public void check() {
            if (dead) {
                throw new Crash();
            }
        }

        /** From now on it is another step: the one that is so many further on. */
        public synchronized void arm(int further, boolean afterwards) {
            step = steps.get() + further;
            after = afterwards;
        }

        /** How many there were. */
        public int steps() {
            return steps.get();
        }

        /** Now. */
        void kill() {
            dead = true;
        }

        public boolean dead() {
            return dead;
        }

        public synchronized <T extends @Nullable Object> T step(java.util.function.Supplier<T> work) {
            check();
            boolean last = steps.incrementAndGet() == step;
            if (last && !after) {
                dead = true;
                throw new Crash();
            }
            T result = work.get();
            if (last) {
                dead = true;
                throw new Crash();
            }
            return result;
        }
    }
}
