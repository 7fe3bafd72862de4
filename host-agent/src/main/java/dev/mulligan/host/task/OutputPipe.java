package dev.mulligan.host.task;

import dev.mulligan.host.guest.Guest.OutputListener;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Takes what one call prints and hands it on in batches, on a thread of its own. What comes while a batch is being kept,
 * or within a few milliseconds, goes together: a tool that prints byte by byte costs no commit for each. When too much
 * is pending, the tool waits.
 */
final class OutputPipe implements OutputListener, AutoCloseable {
    private static final int MOST_PENDING = 1 << 20;
    private static final int WORTH_A_BATCH = 1 << 16;
    private static final long PATIENCE_NANOS = Duration.ofMillis(20).toNanos();

    private final long limit;
    private final Runnable overLimit;
    private final Consumer<List<OutputChunk>> keeper;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final PendingOutput pending;
    private final OutputDigests digests = new OutputDigests();
    private final Thread thread;
    private long printed;
    private boolean closed;
    private @Nullable RuntimeException failure;

    /**
     * @param limit bytes that are taken; what comes after is counted and thrown away
     * @param overLimit called if more than that comes, or if it can't be kept
     */
    OutputPipe(int call, long limit, Runnable overLimit, Consumer<List<OutputChunk>> keeper, ThreadFactory threads) {
        this.pending = new PendingOutput(call);
        this.limit = limit;
        this.overLimit = overLimit;
        this.keeper = keeper;
        this.thread = threads.newThread(this::keep);
        thread.start();
    }

    @Override
    public void stdout(byte[] data) {
        take(OutputStreamName.STDOUT, data);
    }

    @Override
    public void stderr(byte[] data) {
        take(OutputStreamName.STDERR, data);
    }

    private void take(OutputStreamName stream, byte[] data) {
        boolean exceeded;
        lock.lock();
        try {
            long room = Math.max(limit - printed, 0);
            exceeded = printed <= limit && data.length > room;
            printed += data.length;
            int taken = (int) Math.min(data.length, room);
            if (taken > 0 && !closed) {
                digests.add(stream, data, taken);
            }
            for (int from = 0; from < taken && failure == null && !closed; from += OutputChunk.LARGEST) {
                while (pending.cost() >= MOST_PENDING && failure == null && !closed) {
                    changed.awaitUninterruptibly();
                }
                pending.add(stream, data, from, Math.min(OutputChunk.LARGEST, taken - from));
                changed.signalAll();
            }
        } finally {
            lock.unlock();
        }
        if (exceeded) {
            overLimit.run();
        }
    }

    private void keep() {
        while (true) {
            List<OutputChunk> batch;
            lock.lock();
            try {
                while (pending.isEmpty()) {
                    if (closed) {
                        return;
                    }
                    changed.awaitUninterruptibly();
                }
                long patience = PATIENCE_NANOS;
                while (patience > 0 && pending.cost() < WORTH_A_BATCH && !closed) {
                    patience = changed.awaitNanos(patience);
                }
                batch = pending.takeAll();
                changed.signalAll();
            } catch (InterruptedException nobodyDoes) {
                continue;
            } finally {
                lock.unlock();
            }
            try {
                keeper.accept(batch);
            } catch (RuntimeException notKept) {
                fail(notKept);
                overLimit.run();
                return;
            }
        }
    }

    private void fail(RuntimeException problem) {
        lock.lock();
        try {
            failure = problem;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** All that came, kept or not. */
    long printed() {
        lock.lock();
        try {
            return printed;
        } finally {
            lock.unlock();
        }
    }

    /** Of all that was taken, by stream: {@code stdout_sha256}, {@code stderr_sha256}. Once, after {@link #finish}. */
    Map<String, String> digests() {
        lock.lock();
        try {
            return digests.finish();
        } finally {
            lock.unlock();
        }
    }

    /** Waits until all that came is kept, and throws if something could not be. What comes later is thrown away. */
    void finish() {
        close();
        if (failure != null) {
            throw failure;
        }
    }

    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        joinUninterruptibly();
    }

    /** Who is being stopped still keeps what was printed until then. */
    private void joinUninterruptibly() {
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException later) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
