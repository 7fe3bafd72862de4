package dev.mulligan.host.audit;

import dev.mulligan.host.Actor;
import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import dev.mulligan.host.audit.AuditRows.Row;
import dev.mulligan.host.audit.HeadFile.Head;
import dev.mulligan.host.store.Store;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jdbi.v3.core.Handle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The record in the journal, its head in a file beside it ({@code audit.head}), the key that signs its heads in another
 * ({@code audit.key}). Closing it signs the last head, and leaves the store open.
 */
public final class StoredAuditLog implements AuditLog, AutoCloseable {
    /** What a log that was cut or rewritten writes about itself, so that it stays known. */
    static final String DAMAGED = "audit.damaged";
    /** What it writes when heads are signed by another key from now on. */
    static final String KEY_REPLACED = "audit.key_replaced";
    /** Entries whose head is signed in the same breath. */
    private static final Set<String> SIGNED = Set.of("task.ended", KEY_REPLACED, Rotation.MOVED_OUT);

    private static final Logger LOG = LoggerFactory.getLogger(StoredAuditLog.class);

    private final Store store;
    private final InstantSource clock;
    private final Path headPath;
    private final HeadFile headFile;
    private final SigningKey key;
    // Held over commit and head, so that the head never steps back.
    private final ReentrantLock appending = new ReentrantLock(true);
    private final Condition appended = appending.newCondition();
    private Head newest;
    private Head signed = new Head(-1, EntryHash.NONE);

    private StoredAuditLog(
            Store store, InstantSource clock, Path headPath, HeadFile headFile, SigningKey key, Head newest) {
        this.store = store;
        this.clock = clock;
        this.headPath = headPath;
        this.headFile = headFile;
        this.key = key;
        this.newest = newest;
    }

    /**
     * Opens the record. If it no longer reaches its head, or the head that was signed, that becomes its next entry; so
     * does a key that is another one than before. Where there is no key, one is made.
     *
     * @param directory the state directory
     * @throws HostException {@code BAD_CONFIG} if the key is damaged, or open to others
     */
    public static StoredAuditLog open(Store store, Path directory, InstantSource clock) {
        Path headPath = directory.resolve("audit.head");
        KeyFile keyFile = new KeyFile(directory);
        try {
            Optional<Head> kept = HeadFile.read(headPath);
            Optional<SigningKey> placed = keyFile.read();
            SigningKey key = placed.isPresent() ? placed.get() : keyFile.draft();
            StoredAuditLog log = new StoredAuditLog(
                    store, clock, headPath, HeadFile.open(headPath), key, store.read(AuditRows::head));
            try {
                log.begin(kept, placed.isPresent());
                if (placed.isEmpty()) {
                    keyFile.place();
                }
                return log;
            } catch (RuntimeException | IOException failure) {
                log.headFile.close();
                throw failure;
            }
        } catch (IOException failure) {
            throw unavailable("head or key of the record", failure);
        }
    }

    private void begin(Optional<Head> kept, boolean keyWasThere) throws IOException {
        Optional<SignedHead> last = store.read(HeadRows::newest);
        if (newest.sequence() == 0 && kept.isEmpty() && last.isEmpty()) {
            // So that from the first entry on a head that is missing was taken away.
            headFile.write(newest);
        } else {
            StoredAuditReader reader = new StoredAuditReader(store, this);
            Optional<String> damage = store.read(handle -> reader.headFlaw(handle, kept))
                    .or(() -> store.read(handle -> HeadCheck.flawAtStart(handle, keyWasThere)));
            damage.ifPresent(problem -> {
                LOG.error("The record does not reach its head: {}", problem);
                append(damaged(problem));
            });
        }
        Optional<SignedHead> foreign = last.filter(head -> !head.isBy(key.shown()));
        foreign.ifPresent(head -> append(AuditEvent.of(KEY_REPLACED, Actor.HOST)
                .withDetails(Map.of("key", key.shown().id(), "replaces", head.keyId()))));
        last.filter(head -> foreign.isEmpty()).ifPresent(head -> signed = head.head());
        sign();
    }

    private static AuditEvent damaged(String problem) {
        return AuditEvent.of(DAMAGED, Actor.HOST).withDetails(Map.of("problem", problem));
    }

    @Override
    public long append(AuditEvent event) {
        return append(event, handle -> {});
    }

    /** As {@link #append(AuditEvent)}, with more that becomes durable with the entry or not at all. */
    long append(AuditEvent event, Effect effect) {
        // Not while others wait: the longer a text, the longer it is looked at.
        AuditEvent writable = EntryFormat.writable(event);
        appending.lock();
        try {
            Instant now = now();
            String entry = EntryFormat.entry(now, writable);
            Appended done = store.write(handle -> {
                Head before = undamaged(handle, now);
                Row row = Row.after(before, entry);
                AuditRows.insert(handle, row);
                boolean sign = SIGNED.contains(event.kind()) && sign(handle, row.head(), now);
                effect.become(handle);
                return new Appended(row.head(), sign);
            });
            headFile.write(done.head());
            newest = done.head();
            if (done.signed()) {
                signed = newest;
            }
            appended.signalAll();
            return newest.sequence();
        } catch (RuntimeException | IOException failure) {
            throw unavailable(event.kind(), failure);
        } finally {
            appending.unlock();
        }
    }

    /** What becomes durable with an entry. */
    interface Effect {
        void become(Handle handle);
    }

    private record Appended(Head head, boolean signed) {}

    /** The head to append to. If it is not the one that was left here, somebody was at the database: that is noted. */
    private Head undamaged(Handle handle, Instant now) {
        Head there = AuditRows.head(handle);
        if (there.equals(newest)) {
            return there;
        }
        String problem = there.sequence() < newest.sequence()
                ? "truncated: entries " + (there.sequence() + 1) + " to " + newest.sequence() + " are missing"
                : "rewritten: entry " + newest.sequence() + " is not the newest, or not the one that was appended";
        LOG.error("The record was changed while it was in use: {}", problem);
        Row note = Row.after(there, EntryFormat.entry(now, EntryFormat.writable(damaged(problem))));
        AuditRows.insert(handle, note);
        return note.head();
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MICROS);
    }

    /** Signs the newest head, unless that is signed. */
    void sign() {
        appending.lock();
        try {
            if (!signed.equals(newest) && store.write(handle -> sign(handle, newest, now()))) {
                signed = newest;
            }
        } catch (RuntimeException failure) {
            throw unavailable("signed head", failure);
        } finally {
            appending.unlock();
        }
    }

    /** False where a later head is signed already: a log that was cut is signed again when it is longer than that. */
    private boolean sign(Handle handle, Head head, Instant now) {
        boolean further = HeadRows.newest(handle)
                .filter(before -> before.head().sequence() >= head.sequence())
                .isEmpty();
        if (further) {
            HeadRows.insert(handle, SignedHead.sign(head, now, key));
        }
        return further;
    }

    /** Waits until there is an entry after that one. */
    void awaitAfter(long sequence) throws InterruptedException {
        appending.lockInterruptibly();
        try {
            while (newest.sequence() <= sequence) {
                appended.await();
            }
        } finally {
            appending.unlock();
        }
    }

    /** The head that this process, or at its start the one before it, signed last. */
    Head signed() {
        appending.lock();
        try {
            return signed;
        } finally {
            appending.unlock();
        }
    }

    SigningKey key() {
        return key;
    }

    InstantSource clock() {
        return clock;
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

    /**
     * The door for those who move old entries out.
     *
     * @param directory of the files; it is made if need be
     */
    public AuditRotation rotation(Path directory) {
        return new Rotation(store, this, directory);
    }

    @Override
    public void close() {
        try (headFile) {
            sign();
        } catch (HostException unsigned) {
            // The next start signs it.
            LOG.warn("The last head of the record is not signed: {}", unsigned.getMessage());
        } catch (IOException failure) {
            throw unavailable("head of the record", failure);
        }
    }

    static HostException unavailable(String what, Exception failure) {
        return HostException.of(HostErrorCode.AUDIT_UNAVAILABLE, "the record can't be written")
                .value(what + ": " + failure.getMessage())
                .expected("a durable entry before the effect; nothing was done")
                .remedy("see to the state directory (space, permissions), then try again")
                .cause(failure)
                .build();
    }
}
