package dev.mulligan.host.audit;

import dev.mulligan.host.HostException;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Signs the record's head some time after an entry, unless it was signed meanwhile: in the first minute of activity,
 * once, and never while nothing happens.
 */
public final class HeadSigning implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(HeadSigning.class);

    private final StoredAuditLog log;
    private final Duration after;
    private final Thread thread;

    private HeadSigning(StoredAuditLog log, Duration after) {
        this.log = log;
        this.after = after;
        this.thread = Thread.ofVirtual().name("head-signing").unstarted(this::run);
    }

    /**
     * Starts it; close it before the log.
     *
     * @param after how long an entry may go unsigned
     */
    public static HeadSigning start(StoredAuditLog log, Duration after) {
        HeadSigning signing = new HeadSigning(log, after);
        signing.thread.start();
        return signing;
    }

    private void run() {
        try {
            while (true) {
                log.awaitAfter(Math.max(log.signed().sequence(), 0));
                Thread.sleep(after);
                sign();
            }
        } catch (InterruptedException closed) {
            // As asked.
        }
    }

    private void sign() {
        try {
            log.sign();
        } catch (HostException unsigned) {
            // It is tried again after the same time.
            LOG.warn("The head of the record is not signed: {}", unsigned.getMessage());
        }
    }

    @Override
    public void close() {
        thread.interrupt();
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
