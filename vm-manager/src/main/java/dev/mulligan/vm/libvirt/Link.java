package dev.mulligan.vm.libvirt;

import dev.mulligan.vm.VmErrorCode;
import dev.mulligan.vm.VmException;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.libvirt.Connect;
import org.libvirt.LibvirtException;
import org.libvirt.event.ConnectionCloseReason;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The way to the daemon, over all its restarts: when a connection breaks, a new one is opened, again and again with
 * growing pauses. A call that comes meanwhile waits, up to a deadline. A call that was on its way fails as
 * HYPERVISOR_UNAVAILABLE; it may have had its effect.
 */
final class Link implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Link.class);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(2);

    private final URI uri;
    private final Duration timeout;
    private final NativeThreads threads = new NativeThreads();
    private final NativeCalls.LifecycleCallback lifecycle;
    private final Runnable reconnected;

    // Calls in flight hold it for reading: a connection is freed only when no call uses its pointer any more.
    private final ReentrantReadWriteLock inUse = new ReentrantReadWriteLock();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private volatile @Nullable Connection connection;
    private volatile boolean closed;

    Link(URI uri, Duration timeout, NativeCalls.LifecycleCallback lifecycle, Runnable reconnected) {
        this.uri = uri;
        this.timeout = timeout;
        this.lifecycle = lifecycle;
        this.reconnected = reconnected;
        try {
            threads.call(() -> {
                open();
                return true;
            });
        } catch (RuntimeException e) {
            threads.close();
            throw e;
        }
    }

    URI uri() {
        return uri;
    }

    /** Runs native calls on a thread of ours, with a connection that stands. */
    <T> T use(Function<Connection, T> calls) {
        awaitConnection();
        return threads.call(() -> {
            inUse.readLock().lock();
            try {
                return calls.apply(awaitConnection());
            } finally {
                inUse.readLock().unlock();
            }
        });
    }

    /** Like {@link #use} for calls without an effect: one that was cut off is made again until the deadline. */
    <T> T ask(Function<Connection, T> question) {
        long deadline = System.nanoTime() + timeout.toNanos();
        while (true) {
            try {
                return use(question);
            } catch (VmException e) {
                if (e.code() != VmErrorCode.HYPERVISOR_UNAVAILABLE || System.nanoTime() > deadline) {
                    throw e;
                }
            }
            // Broken connections are noticed on the event loop, a moment after the call that hit one.
            LockSupport.parkNanos(FIRST_PAUSE.toNanos());
        }
    }

    private Connection awaitConnection() {
        long nanos = timeout.toNanos();
        lock.lock();
        try {
            while (connection == null && !closed && nanos > 0) {
                nanos = changed.awaitNanos(nanos);
            }
            if (connection != null) {
                return connection;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
        }
        if (closed) {
            throw VmException.of(VmErrorCode.CLOSED, "connection to " + uri, "closed", "open", "open a new manager");
        }
        throw LibvirtFailure.unavailable("connection to " + uri, "none for " + timeout.toSeconds() + " s");
    }

    private void open() {
        try {
            Connection opened = Connection.open(uri, lifecycle, this::onClose);
            set(opened);
        } catch (LibvirtException e) {
            throw LibvirtFailure.of("connection to " + uri, e);
        }
    }

    private void set(@Nullable Connection now) {
        lock.lock();
        try {
            connection = now;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Called on the event loop, which must not be held up: the work is done elsewhere. */
    private void onClose(Connect broken, ConnectionCloseReason reason) {
        if (reason != ConnectionCloseReason.CLIENT) {
            LOG.warn("connection to {} lost ({}); opening it again", uri, reason);
            Thread.ofPlatform().daemon().name("libvirt-reconnect").start(this::reconnect);
        }
    }

    private void reconnect() {
        Connection broken = connection;
        set(null);
        if (broken != null) {
            end(broken);
        }
        Duration pause = FIRST_PAUSE;
        while (!closed) {
            try {
                open();
                LOG.info("connection to {} is back", uri);
                reconnected.run();
                return;
            } catch (VmException stillAway) {
                LOG.debug("{}", stillAway.getMessage());
            }
            try {
                TimeUnit.NANOSECONDS.sleep(pause.toNanos());
            } catch (InterruptedException e) {
                return;
            }
            Duration longer = pause.multipliedBy(2);
            pause = longer.compareTo(LONGEST_PAUSE) < 0 ? longer : LONGEST_PAUSE;
        }
    }

    private int end(Connection ended) {
        inUse.writeLock().lock();
        try {
            return ended.end();
        } catch (LibvirtException e) {
            LOG.debug("closing {}", uri, e);
            return 0;
        } finally {
            inUse.writeLock().unlock();
        }
    }

    /** Closes it. Returns the references that others still hold: 0, or something leaked. */
    int end() {
        if (closed) {
            return 0;
        }
        closed = true;
        Connection last = connection;
        set(null);
        try {
            return last == null ? 0 : threads.call(() -> end(last));
        } finally {
            threads.close();
        }
    }

    @Override
    public void close() {
        int references = end();
        if (references > 0) {
            LOG.warn("connection to {} closed with {} references left", uri, references);
        }
    }
}
