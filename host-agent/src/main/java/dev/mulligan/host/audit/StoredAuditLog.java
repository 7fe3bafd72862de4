package dev.mulligan.host.audit;

import dev.mulligan.host.Actor;
import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import dev.mulligan.host.audit.AuditRows.Row;
import dev.mulligan.host.audit.HeadFile.Head;
import dev.mulligan.host.store.Store;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The record in the journal, its head in a file beside it ({@code audit.head}). Closing it leaves the store open. */
public final class StoredAuditLog implements AuditLog, AutoCloseable {
    /** What a log that was cut writes about itself when it is opened, so that it stays known. */
    static final String DAMAGED = "audit.damaged";

    private static final Logger LOG = LoggerFactory.getLogger(StoredAuditLog.class);

    private final Store store;
    private final InstantSource clock;
    private final Path headPath;
    private final HeadFile headFile;
    // Held over commit and head, so that the head never steps back.
    private final ReentrantLock appending = new ReentrantLock(true);
    private final Condition appended = appending.newCondition();
    private long newest;

    private StoredAuditLog(Store store, InstantSource clock, Path headPath, HeadFile headFile) {
        this.store = store;
        this.clock = clock;
        this.headPath = headPath;
        this.headFile = headFile;
    }

    /**
     * Opens the record. If it no longer reaches its head, that becomes its next entry.
     *
     * @param directory the state directory
     */
    public static StoredAuditLog open(Store store, Path directory, InstantSource clock) {
        Path headPath = directory.resolve("audit.head");
        try {
            Optional<Head> kept = HeadFile.read(headPath);
            StoredAuditLog log = new StoredAuditLog(store, clock, headPath, HeadFile.open(headPath));
            try {
                log.newest = store.read(AuditRows::head).sequence();
                if (log.newest == 0 && kept.isEmpty()) {
                    // So that from the first entry on a head that is missing was taken away.
                    log.headFile.write(new Head(0, EntryHash.NONE));
                } else {
                    log.noteDamage(kept);
                }
                return log;
            } catch (RuntimeException failure) {
                log.close();
                throw failure;
            }
        } catch (IOException failure) {
            throw unavailable("head of the record", failure);
        }
    }

    private void noteDamage(Optional<Head> kept) {
        StoredAuditReader reader = new StoredAuditReader(store, this);
        Optional<String> damage = store.read(handle -> reader.headFlaw(handle, kept));
        damage.ifPresent(problem -> {
            LOG.error("The record does not reach its head: {}", problem);
            append(AuditEvent.of(DAMAGED, Actor.HOST).withDetails(Map.of("problem", problem)));
        });
    }

    @Override
    public long append(AuditEvent event) {
        appending.lock();
        try {
            String entry = EntryFormat.entry(clock.instant().truncatedTo(ChronoUnit.MICROS), event);
            Row row = store.write(handle -> {
                Row next = Row.after(AuditRows.head(handle), entry);
                AuditRows.insert(handle, next);
                return next;
            });
            headFile.write(new Head(row.sequence(), row.hash()));
            newest = row.sequence();
            appended.signalAll();
            return row.sequence();
        } catch (RuntimeException | IOException failure) {
            throw unavailable(event.kind(), failure);
        } finally {
            appending.unlock();
        }
    }

    /** Waits until there is an entry after that one. */
    void awaitAfter(long sequence) throws InterruptedException {
        appending.lockInterruptibly();
        try {
            while (newest <= sequence) {
                appended.await();
            }
        } finally {
            appending.unlock();
        }
    }

    /** The head as it stands in its file now. */
    Optional<Head> keptHead() {
        try {
            return HeadFile.read(headPath);
        } catch (IOException failure) {
            throw unavailable("head of the record", failure);
        }
    }

    /** The door for those who read. */
    public AuditReader reader() {
        return new StoredAuditReader(store, this);
    }

    @Override
    public void close() {
        try {
            headFile.close();
        } catch (IOException failure) {
            throw unavailable("head of the record", failure);
        }
    }

    private static HostException unavailable(String what, Exception failure) {
        return HostException.of(HostErrorCode.AUDIT_UNAVAILABLE, "the record can't be written")
                .value(what + ": " + failure.getMessage())
                .expected("a durable entry before the effect; nothing was done")
                .remedy("see to the state directory (space, permissions), then try again")
                .cause(failure)
                .build();
    }
}
