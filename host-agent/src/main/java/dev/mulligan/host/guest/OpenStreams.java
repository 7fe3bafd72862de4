package dev.mulligan.host.guest;

import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * The streams that are open on one connection: bounds their number, has the guest looked after meanwhile, and ends
 * them all when the connection is over, even those whose listener stands still. Safe for use by several threads.
 */
final class OpenStreams {
    /** Fewer than {@link WideConnectionHandler#STREAMS}, so that there is always room for a short call. */
    static final int MAXIMUM = WideConnectionHandler.STREAMS - 16;

    private final Semaphore permits = new Semaphore(MAXIMUM);
    private final Set<Ticket> open = ConcurrentHashMap.newKeySet();
    private final VitalSigns signs;
    private final Fate fate;

    OpenStreams(VitalSigns signs, Fate fate) {
        this.signs = signs;
        this.fate = fate;
    }

    /**
     * Registers a stream.
     *
     * @param over called at most once, if the connection ends first; must not block
     * @throws HostException {@code SANDBOX_BUSY}, or why the connection is over
     */
    Ticket open(Consumer<HostException> over) {
        if (!permits.tryAcquire()) {
            throw HostException.of(HostErrorCode.SANDBOX_BUSY, "programs and transfers at the same time")
                    .value("more than " + MAXIMUM)
                    .expected("at most " + MAXIMUM + " in one sandbox")
                    .remedy("wait until one has ended")
                    .build();
        }
        signs.begin();
        Ticket ticket = new Ticket(over);
        open.add(ticket);
        // Looked at last: a connection that ends from now on finds the ticket.
        fate.reason().ifPresent(why -> {
            ticket.close();
            throw HostException.of(why.code(), "not started")
                    .value(why.getMessage())
                    .cause(why)
                    .build();
        });
        return ticket;
    }

    void sign() {
        signs.sign();
    }

    void endAll(HostException why) {
        open.forEach(ticket -> ticket.end(why));
    }

    /** One open stream; closing it twice does nothing. */
    final class Ticket implements AutoCloseable {
        private final Consumer<HostException> over;
        private final AtomicBoolean told = new AtomicBoolean();
        private final AtomicBoolean closed = new AtomicBoolean();

        private Ticket(Consumer<HostException> over) {
            this.over = over;
        }

        private void end(HostException why) {
            if (!told.getAndSet(true)) {
                over.accept(why);
            }
        }

        @Override
        public void close() {
            if (!closed.getAndSet(true)) {
                open.remove(this);
                signs.end();
                permits.release();
            }
        }
    }
}
