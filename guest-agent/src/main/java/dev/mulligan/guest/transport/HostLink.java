package dev.mulligan.guest.transport;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Turns the port's endless stream into connections, one after another.
 *
 * <p>Each connection has a number, its epoch. Bytes go in and out only under the epoch that holds the port: once a
 * connection has ended, its late writes fail and its late reads report the end, so nothing of an old connection
 * reaches a new host after the echo of that host's preamble.
 *
 * <p>One thread calls {@link #awaitConnection}; reads and writes come from any.
 */
final class HostLink implements Closeable {
    private static final long NOBODY = 0;

    /** Only while no host is there; one that comes back after a stop in time waits no longer than this. */
    private static final int POLL_MILLIS = 5;

    private static final int BUFFER = 8192;

    private static final System.Logger LOG = System.getLogger(HostLink.class.getName());

    private final Port port;
    private final HostListener arrivals;
    private final PreambleScanner scanner = new PreambleScanner();
    private final ReconnectDetector detector = new ReconnectDetector();

    /** Guards reading, the buffer, scanner and detector. Held during a read: one reader at a time. */
    private final ReentrantLock input = new ReentrantLock();

    private byte[] buffer = new byte[BUFFER];
    private int from;
    private int to;

    /** Held during a write. */
    private final ReentrantLock output = new ReentrantLock();

    /** Guards changes of {@link #epoch} and {@link #closed}. */
    private final ReentrantLock state = new ReentrantLock();

    private final Condition changed = state.newCondition();
    private volatile long epoch = NOBODY;
    private volatile boolean closed;
    private long lastEpoch = NOBODY;

    HostLink(Port port, HostListener arrivals) {
        this.port = port;
        this.arrivals = arrivals;
    }

    /**
     * Blocks until the connection before has ended and a host has come.
     *
     * @return the new connection's epoch
     * @throws IOException if the link is closed
     */
    long awaitConnection() throws IOException, InterruptedException {
        state.lockInterruptibly();
        try {
            while (epoch != NOBODY && !closed) {
                changed.await();
            }
        } finally {
            state.unlock();
        }
        // A late read of the old connection may still be blocked in there; it returns with the new host's first bytes.
        input.lockInterruptibly();
        try {
            scanUntilConnected();
            return begin();
        } finally {
            input.unlock();
        }
    }

    private void scanUntilConnected() throws IOException, InterruptedException {
        while (!scan()) {
            from = 0;
            to = Math.max(0, readPort(buffer, 0, buffer.length));
            if (to == 0) {
                scanner.reset();
                Thread.sleep(POLL_MILLIS);
            }
        }
    }

    /**
     * Looks through what has been read, and answers the newest preamble in there.
     *
     * @return whether what comes next is a connection's
     */
    private boolean scan() throws IOException {
        Preamble newest = null;
        boolean connected = false;
        while (from < to && !connected) {
            switch (scanner.accept(buffer[from])) {
                case MORE -> from++;
                case PREAMBLE -> {
                    from++;
                    newest = scanner.preamble();
                }
                case CONNECTED -> connected = true;
            }
        }
        if (newest != null) {
            answer(newest);
        }
        return connected;
    }

    private void answer(Preamble preamble) throws IOException {
        if (preamble.isBare()) {
            echo(preamble);
            return;
        }
        try {
            arrivals.hostCame(preamble.time(), preamble.entropy());
        } catch (IOException | RuntimeException e) {
            LOG.log(System.Logger.Level.WARNING, "clock and randomness: not set: {0}", e.getMessage());
            echo(preamble.asBare());
            return;
        }
        echo(preamble);
    }

    private void echo(Preamble preamble) throws IOException {
        output.lock();
        try {
            port.write(ByteBuffer.wrap(preamble.line()));
        } catch (IOException e) {
            if (closed) {
                throw e;
            }
            // The host left between knocking and the answer; the next read says so.
        } finally {
            output.unlock();
        }
    }

    /** Reads for a connection: first what the scanner saw and did not need. -1 if the connection has ended. */
    int read(long connection, byte[] target, int offset, int length) throws IOException {
        input.lock();
        try {
            if (epoch != connection) {
                return -1;
            }
            if (from < to) {
                int count = Math.min(length, to - from);
                System.arraycopy(buffer, from, target, offset, count);
                from += count;
                return count;
            }
            int count = readPort(target, offset, length);
            if (count > 0 && epoch == connection && !detector.isReconnect(target, offset, count)) {
                return count;
            }
            boolean wasCurrent = retire(connection);
            if (count > 0) {
                // Answered here and now: what the end of a connection sets in motion comes after it.
                keep(target, offset, count);
                var _ = scan();
            }
            if (wasCurrent) {
                announceEnd();
            }
            return -1;
        } finally {
            input.unlock();
        }
    }

    private int readPort(byte[] target, int offset, int length) throws IOException {
        try {
            return port.read(target, offset, length);
        } catch (IOException e) {
            if (closed) {
                throw e;
            }
            return -1;
        }
    }

    /** Puts bytes back for the scanner. */
    private void keep(byte[] bytes, int offset, int count) {
        if (count > buffer.length) {
            buffer = new byte[count];
        }
        System.arraycopy(bytes, offset, buffer, 0, count);
        from = 0;
        to = count;
    }

    void write(long connection, ByteBuffer source) throws IOException {
        output.lock();
        try {
            if (epoch != connection) {
                throw new IOException("connection " + connection + ": it has ended (expected: the newest)");
            }
            port.write(source);
        } finally {
            output.unlock();
        }
    }

    private long begin() throws IOException {
        state.lock();
        try {
            if (closed) {
                throw new IOException("port: closed (expected: open)");
            }
            detector.reset();
            scanner.reset();
            epoch = ++lastEpoch;
            return epoch;
        } finally {
            state.unlock();
        }
    }

    /** Ends a connection if it is still the current one. */
    void end(long connection) {
        if (retire(connection)) {
            announceEnd();
        }
    }

    /** From now on nothing goes in or out for this connection; whoever waits for that is told later. */
    private boolean retire(long connection) {
        state.lock();
        try {
            boolean current = epoch == connection;
            if (current) {
                epoch = NOBODY;
            }
            return current;
        } finally {
            state.unlock();
        }
    }

    private void announceEnd() {
        state.lock();
        try {
            changed.signalAll();
        } finally {
            state.unlock();
        }
    }

    boolean isCurrent(long connection) {
        return epoch == connection;
    }

    @Override
    public void close() throws IOException {
        state.lock();
        try {
            closed = true;
            epoch = NOBODY;
            changed.signalAll();
        } finally {
            state.unlock();
        }
        port.close();
    }
}
